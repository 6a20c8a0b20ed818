/**
 * Slow voting on a cluster, watched continuously at every gateway: choices are published in groups,
 * each state belongs to one published checkpoint, after-close shows nothing before the end; and
 * Spark may lag, or be unavailable.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { putForward } from '../moved-clock.ts'
import type { Key } from '../server.ts'
import { type ClusterElection, castVote, product, results, until } from './cluster-server.ts'
import { watchPublished } from './published-states.ts'

const K = 10
const VOTES = 130
/** Long enough for any machine: the test ends voting. */
const CLOSES_AFTER_MS = 900_000
const OPTIONS = ['ada', 'grace', 'alan']

test('slow voting at two gateways: every state is a checkpoint’s, every step a whole group’s', async (t) => {
  const clock = putForward()
  const on = await product(clock)
  t.after(() => on.end())
  const closes_at = new Date(Date.now() + CLOSES_AFTER_MS).toISOString()
  const live = await on.init(200, { closes_at, suppress_below: K })
  const later = await on.init(200, { closes_at, suppress_below: K, results: 'after-close' })
  const [one, two, publisher, tally] = await Promise.all([
    on.serve('gateway'),
    on.serve('gateway'),
    on.serve('results', {}, '--publish-every', '0.2'),
    on.serve('tally'),
  ])
  const gateways = [one, two, publisher]
  const liveStates = watchPublished(gateways, live)
  const laterStates = watchPublished(gateways, later)
  t.after(() => Promise.allSettled([liveStates.stop(), laterStates.stop()]))

  // One after the other, so that an observer could separate them by time.
  const voted = { [live.id]: [0, 0, 0], [later.id]: [0, 0, 0] }
  const vote = async (election: ClusterElection, key: Key, i: number) => {
    const option = i % 7 === 0 ? 2 : i % 3 === 0 ? 1 : 0
    const answer = await castVote(gateways[i % 2]!.url, election.id, key, OPTIONS[option]!)
    assert.equal(answer.status, 201, await answer.text())
    voted[election.id]![option]!++
  }
  const liveKeys = live.take(VOTES)
  const laterKeys = later.take(VOTES)
  for (let i = 0; i < VOTES; i++) {
    if (i === 50) await tally.kill()
    await vote(live, liveKeys[i]!, i)
    await vote(later, laterKeys[i]!, i)
    // From 40 ballots on, every 20 publish a group of each district: each is seen before the next.
    if (i >= 39 && i % 20 === 19)
      await until(`the groups of ${i + 1} ballots`, () => liveStates.size() >= i - 18)
    await sleep(20)
  }
  assert.ok(Date.now() < Date.parse(closes_at) - 10_000, 'this machine is too slow for the test')
  // Without Spark: of 65 ballots in each district, 50 are published.
  for (const { url } of gateways)
    await until(`all groups at ${url}`, async () => (await results(url, live.id)).checkpoint?.size === 101)
  const open = await results(one.url, later.id)
  assert.deepEqual([open.contests, open.held, open.blank], [null, null, null])
  assert.equal(open.checkpoint, null)
  const tallied = await on.cli('tally', '--election', live.id, '--json')
  assert.equal(tallied.code, 0, tallied.stderr)
  const document = JSON.parse(tallied.stdout) as { ballots: number; held: number }
  assert.deepEqual([document.ballots, document.held], [100, 30])
  assert.equal((await on.cli('tally', '--election', later.id, '--json')).code, 2, 'nothing before the close')

  await on.serve('tally')
  for (const { id } of [live, later])
    for (const { url } of gateways)
      await until(`the turnout at ${url}`, async () => (await results(url, id)).cast === VOTES)
  clock.to(Date.parse(closes_at))
  for (const election of [live, later]) {
    for (const { url } of gateways) {
      const closed = await until(`the end at ${url}`, async () => {
        const now = await results(url, election.id)
        return now.invariant.matches_log === true && now.invariant.holds && now.log?.closed && now
      })
      assert.deepEqual(
        closed.contests![0]!.options.map(({ votes }) => votes),
        voted[election.id],
      )
      assert.deepEqual([closed.held, closed.log?.size], [0, VOTES + 3])
      assert.equal((await fetch(`${url}/healthz`)).status, 200)
    }
    const recount = await on.cli('tally', '--election', election.id, '--json')
    for (const { url } of gateways)
      assert.equal(await (await fetch(`${url}/elections/${election.id}/results.json`)).text(), recount.stdout)
    const state = join(on.dir, `${randomBytes(4).toString('hex')}.json`)
    const verified = await on.cliWithoutData('verify', two.url, '--election', election.id, '--state', state)
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  }
  await liveStates.stop()
  await laterStates.stop()
  const folderOf = ({ id }: ClusterElection) => logDir(electionDir(on.dataDir, id))
  liveStates.assertPublished(folderOf(live), 101, K)
  laterStates.assertPublished(folderOf(later), 1, K)
  assert.ok(liveStates.seen().checkpoints >= 5, JSON.stringify(liveStates.seen()))
  const doctor = await on.cli('doctor')
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr)
  t.diagnostic(
    `live: ${JSON.stringify(liveStates.seen())}; after-close: ${JSON.stringify(laterStates.seen())}`,
  )
})
