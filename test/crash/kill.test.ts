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
    let killedUnderLoad = 0
    for (let i = 0; i < KILLS; i++) {
      const before = voters.acknowledged.length
      await sleep(100 + Math.random() * 400)
      await server.kill()
      if (voters.acknowledged.length > before) killedUnderLoad++
      await server.restart()
    }
    await sleep(300)
    await voters.stop()
    assert.ok(killedUnderLoad >= KILLS / 2, `only ${killedUnderLoad} kills hit a busy server`)
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
      assert.ok(stored.has(tracker), 'an acknowledged ballot is gone')
    // Every voter asked until there was an answer, so nothing else is in the log either.
    assert.equal(trackers.length, new Set(voters.acknowledged.map(({ key }) => key.personal_id)).size)
    for (const [i, candidate] of ['ada', 'grace', 'alan'].entries())
      assert.equal(
        perChoice.get(`[[${i}]]`) ?? 0,
        voters.acknowledged.filter((ballot) => ballot.candidate === candidate).length,
      )
    const recount = await runCli(['tally', '--data', server.dataDir, '--json'])
    assert.equal(recount.stdout, live, 'a recount beside the running server gives the same bytes')
    const doctor = await runCli(['doctor', '--data', server.dataDir])
    assert.equal(doctor.code, 0, doctor.stdout)
  } finally {
    await server.stop()
  }
})
