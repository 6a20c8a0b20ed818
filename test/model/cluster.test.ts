/**
 * Gateways that are paused and die, an emptied Redis, leaders who follow one another, a desk that
 * replaces keys, options withdrawn, voting ended early or later, in any order a seed gives: the
 * invariants hold (docs/protocol.md, version 3).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trackerOf } from '../log/log-bytes.ts'
import { DISTRICTS, readEntry } from './election.ts'
import { planOf } from './plan.ts'
import { verified } from './public-log.ts'
import { runPlan } from './run.ts'
import { holds, runHolds, seeds, shortestFailure } from './shown.ts'

test('whatever happens, everybody acknowledged counts once, and the log can be checked', () => {
  for (const seed of seeds(150)) runHolds(planOf(seed), {})
})

test('things happen in these runs', () => {
  const runs = seeds(40).map((seed) => runPlan(planOf(seed), {}).run)
  const sum = (of: (run: (typeof runs)[number]) => number) => runs.reduce((total, run) => total + of(run), 0)
  assert.ok(sum(({ acknowledged }) => acknowledged.length) > 400)
  assert.ok(sum(({ desk }) => desk.updates.length) > 20)
  assert.ok(sum(({ stores }) => stores.epoch()) > 10)
  assert.ok(sum(({ stores }) => stores.term) > 60)
  assert.ok(sum(({ maker }) => maker.unpublished.reduce((all, { leaves }) => all + leaves.length, 0)) > 50)
})

test('the real verify accepts the logs of runs that version 2 has all entries of', async () => {
  for (const seed of seeds(15)) {
    const plan = planOf(seed, 2)
    const { run, breaches } = runPlan(plan, {})
    holds(seed, breaches)
    const { maker, stores, genesis, acknowledged } = run
    const end = maker.entries.findIndex((entry) => entry.includes('"end"'))
    const trackers = new Map(
      maker.entries.flatMap((entry) =>
        readEntry(entry) === undefined
          ? []
          : [[maker.records.get(leafOf(entry))!.nonce, trackerOf(entry)] as const],
      ),
    )
    const found = await verified({
      ...{ k: plan.k, results: plan.results, entries: maker.entries, votes: maker.votes },
      issued: DISTRICTS.map((_, d) => genesis.filter(({ district }) => district === d).length),
      seen: stores.published.map(({ size }) => size).filter((size) => size <= end),
      acknowledged: acknowledged.slice(0, 20).map(({ record }) => trackers.get(record.nonce)!),
    })
    holds(seed, found)
  }
})

test('a failure is told by few things: the shortest list that still fails', () => {
  const faults = { keyBeforeVoid: true }
  const plan = planOf(3)
  const breach = runPlan(plan, faults).breaches.find(({ assertion }) => assertion === 'counted-twice')!
  const least = shortestFailure(plan, faults, breach)
  assert.ok(least.plan.orders.length <= 3, `${least.plan.orders.length} of ${plan.orders.length}`)
  assert.ok(least.trace.some((line) => line.includes('desk hands out')))
})

const leafOf = (entry: string): string => Buffer.from(trackerOf(entry), 'base64url').toString('hex')
