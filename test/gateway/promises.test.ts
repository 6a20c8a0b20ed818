/**
 * Tests the promises of receipts if ballots are held: a place in the log within a time after the
 * close, also for retries.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { logKeyOf, promised } from '../receipts.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

let server: TestServer
before(async () => {
  server = await startServer({
    definition: openElectionFile({ suppress_below: 3 }),
    roll: rollOf(20),
    args: ['--promise-within', '100'],
  })
})
after(() => server.stop())

test('every ballot and every retry gets a promise relative to the close', async () => {
  const north = server.keys.filter(({ district }) => district === 'north')
  const logKey = logKeyOf(server.dataDir, 'test-election')
  const promiseOf = async (voter: number, candidate: string) => {
    const answer = await vote(server.url, north[voter]!, candidate, {
      'idempotency-key': `attempt-${voter}`,
    })
    assert.equal(answer.status, 201)
    const { tracker, term } = promised(await answer.text(), logKey)
    assert.deepEqual(term, { v: 2, withinS: 100 })
    return tracker
  }
  const first = await promiseOf(0, 'ada')
  for (const [voter, candidate] of ['ada', 'grace', 'ada', 'alan', 'ada', 'ada', 'grace'].entries())
    await promiseOf(voter + 1, candidate)
  assert.equal(await promiseOf(0, 'ada'), first)
  await server.restart()
  assert.equal(await promiseOf(0, 'ada'), first)
})

test('a setting that would break promises is refused at the start', async () => {
  const run = await runCli(['serve', '--data', server.dataDir, '--promise-within', '5'])
  assert.equal(run.code, 2)
  assert.match(run.stderr, /--promise-within: must be at least 12/)
})
