/** By when receipts promise: soon, or after the close for a ballot that is held back until then at the latest. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { logKeyOf, promised } from '../receipts.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const CLOSES_AT_S = Date.parse('2099-01-01T00:00:00Z') / 1000

let server: TestServer
before(async () => {
  server = await startServer({
    definition: openElectionFile({ suppress_below: 3 }),
    roll: rollOf(20),
    args: ['--promise-within', '100'],
  })
})
after(() => server.stop())

test('a ballot held back is promised after the close, every one from the release on soon; so is a retry', async () => {
  const north = server.keys.filter(({ district }) => district === 'north')
  const logKey = logKeyOf(server.dataDir, 'test-election')
  const promiseOf = async (voter: number, candidate: string) => {
    const answer = await vote(server.url, north[voter]!, candidate, {
      'idempotency-key': `attempt-${voter}`,
    })
    assert.equal(answer.status, 201)
    const { tracker, publishBy } = promised(await answer.text(), logKey)
    return { tracker, inS: publishBy - Date.now() / 1000, afterCloseS: publishBy - CLOSES_AT_S }
  }
  // Few, then enough but all alike: both say how everybody voted.
  const first = await promiseOf(0, 'ada')
  for (const { afterCloseS } of [first, await promiseOf(1, 'ada'), await promiseOf(2, 'ada')])
    assert.equal(afterCloseS, 100)
  for (const { inS } of [await promiseOf(3, 'grace'), await promiseOf(4, 'ada')])
    assert.ok(Math.abs(inS - 100) < 5, String(inS))
  const again = await promiseOf(0, 'ada')
  assert.equal(again.tracker, first.tracker)
  assert.ok(Math.abs(again.inS - 100) < 5, String(again.inS))

  // A restart counts the ballots again and knows what was released.
  await server.restart()
  assert.ok((await promiseOf(5, 'ada')).inS < 105)
})

test('a promise that would end before its ballot is published is refused at the start', async () => {
  const run = await runCli(['serve', '--data', server.dataDir, '--promise-within', '5'])
  assert.equal(run.code, 2)
  assert.match(run.stderr, /--promise-within: must be at least 12/)
})
