/**
 * What receipts promise where ballots are held back: a place in the log so long after the close, a
 * retry's too.
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

test('every ballot is promised for so long after the close, whatever is told by then; so is a retry', async () => {
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

test('a promise that would end before its ballot is published is refused at the start', async () => {
  const run = await runCli(['serve', '--data', server.dataDir, '--promise-within', '5'])
  assert.equal(run.code, 2)
  assert.match(run.stderr, /--promise-within: must be at least 12/)
})
