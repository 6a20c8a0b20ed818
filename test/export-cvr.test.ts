/**
 * `elections export --format cvr` on the command line, with the log that a running server closed.
 * The records themselves are tested in src/organise/cast-vote-records.test.ts.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { inFiveMinutes, putForward } from './moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, vote } from './server.ts'

const VOTES = ['ada', 'grace', 'alan', 'ada']

test('the export is refused until the server has closed the log, and then has every ballot', async (t) => {
  const closesAtMs = inFiveMinutes()
  const clock = putForward()
  const definition = openElectionFile({ closes_at: new Date(closesAtMs).toISOString() })
  const server = await startServer({ definition, roll: rollOf(10), env: clock.env })
  t.after(() => server.stop())
  const exported = (...more: readonly string[]) =>
    runCli(['export', '--data', server.dataDir, '--format', 'cvr', ...more], clock.env)
  for (const [i, option] of VOTES.entries())
    assert.equal((await vote(server.url, server.keys[i]!, option)).status, 201)
  const early = await exported()
  assert.deepEqual([early.code, early.stdout], [2, ''])
  assert.match(early.stderr, /not closed yet: cast vote records need the close/)

  clock.to(closesAtMs)
  const endMs = performance.now() + 90_000
  for (;;) {
    const { log } = (await (await fetch(`${server.url}/results`)).json()) as {
      log: { closed: boolean } | null
    }
    if (log?.closed) break
    assert.ok(performance.now() < endMs, 'the log is closed')
    await sleep(100)
  }
  const { code, stdout, stderr } = await exported()
  assert.equal(code, 0, stderr)
  const recordsIn = (text: string) => (JSON.parse(text) as { CVR: readonly object[] }).CVR
  assert.equal(recordsIn(stdout).length, VOTES.length)
  const out = join(server.dir, 'cvr.json')
  const file = await exported('--out', out)
  assert.deepEqual([file.code, file.stdout, file.stderr], [0, '', `${out}: cast vote records\n`])
  assert.deepEqual(recordsIn(readFileSync(out, 'utf8')), recordsIn(stdout))
  const again = await exported('--out', out)
  assert.equal(again.code, 2)
  assert.match(again.stderr, /exists: choose another --out/)
})
