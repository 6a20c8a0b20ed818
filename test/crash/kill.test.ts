/**
 * `kill -9` under full load, at random moments (docs/invariants.md, "Durable before the answer").
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openElectionFile, rollOf, runCli, startServer } from '../server.ts'
import { logContents } from './log-contents.ts'
import { crowd } from './voters.ts'

const KILLS = 10

test('ten kills under load: every acknowledged ballot is counted, none twice', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(40_000) })
  try {
    const voters = crowd(server.url, server.keys, 32)
    for (let i = 0; i < KILLS; i++) {
      const before = voters.acknowledged.length
      await sleep(100 + Math.random() * 400)
      for (let tries = 0; voters.acknowledged.length === before; tries++) {
        assert.ok(tries < 6_000, `no vote was acknowledged after ${i} kills`)
        await sleep(10)
      }
      await server.kill()
      await server.restart()
    }
    await sleep(300)
    await voters.stop()
    assert.deepEqual(
      [...voters.refused.keys()].filter((status) => status !== 503),
      [],
    )
    t.diagnostic(`${voters.acknowledged.length} acknowledged, ${voters.unanswered()} requests cut off`)

    const health = (await (await fetch(`${server.url}/healthz`)).json()) as { status: string }
    assert.equal(health.status, 'ok')
    const live = await (await fetch(`${server.url}/results.json`)).text()
    const { trackers, distinctTags, perChoice } = logContents(server.dataDir)
    const stored = new Set(trackers)
    assert.equal(distinctTags, trackers.length, 'no key counts twice')
    assert.equal(stored.size, trackers.length)
    for (const { tracker } of voters.acknowledged)
      assert.ok(stored.has(tracker), 'an acknowledged ballot is missing')
    // Every voter retried until there was an answer, so the log contains no other ballots.
    assert.equal(trackers.length, new Set(voters.acknowledged.map(({ key }) => key.personal_id)).size)
    for (const [i, candidate] of ['ada', 'grace', 'alan'].entries())
      assert.equal(
        perChoice.get(`[[${i}]]`) ?? 0,
        voters.acknowledged.filter((ballot) => ballot.candidate === candidate).length,
      )
    const recount = await runCli(['tally', '--data', server.dataDir, '--json'])
    assert.equal(recount.stdout, live, 'a recount beside the running server yields the same bytes')
    const doctor = await runCli(['doctor', '--data', server.dataDir])
    assert.equal(doctor.code, 0, doctor.stdout)
  } finally {
    await server.stop()
  }
})
