/**
 * What an observer who sees everything public, and who votes when, can learn about a vote
 * (docs/threats.md, "People").
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { course, type Setting } from './course.ts'
import { LEADS } from './election.ts'
import { observe } from './observer.ts'
import { logOf, verified } from './public-log.ts'
import { advantage, breaches, measure } from './secrecy.ts'
import { holds, seeds } from './shown.ts'

/**
 * The greatest allowed advantage: right guesses of the best observer less those from the unit's
 * result alone, per vote, in a contest at 50 %. At 95 and 99 % guessing gains nothing, because the
 * leader is the best guess for every voter.
 */
const BOUNDS: Readonly<Record<number, number>> = { 2: 0.13, 3: 0.1, 5: 0.066, 10: 0.037, 20: 0.024 }
const LIVE = { voters: 160, results: 'live', faults: {} } as const

const settingOf = (seed: number): Setting => ({
  ...{ seed, k: [2, 3, 5, 10][seed % 4]!, voters: 40 + (seed % 7) * 20, faults: {} },
  results: seed % 3 === 0 ? 'after-close' : 'live',
})

test('figures belong to one checkpoint, count groups, depend on no order of arrival or held choice', () => {
  for (const seed of seeds(120)) holds(seed, breaches(course(settingOf(seed))))
})

test('the real verify accepts every log, whole and at every size that was seen', async () => {
  for (const seed of seeds(12)) {
    const log = logOf(course(settingOf(seed)))
    holds(seed, await verified(log, log.seen.slice(-3)))
  }
})

test('with live results the best observer gains at most the bound for k', (t) => {
  for (const [k, bound] of Object.entries(BOUNDS)) {
    const measured = measure({ ...LIVE, voters: 16 * Math.max(10, Number(k)), k: Number(k) }, seeds(50))
    const gained = LEADS.map((_, contest) => advantage(measured, contest))
    t.diagnostic(
      `k = ${k}: ${gained.map(({ strategy, perVote }) => `${perVote.toFixed(4)} (${strategy})`).join(', ')}`,
    )
    assert.ok(gained[0]!.perVote <= bound, `k = ${k}: ${gained[0]!.perVote} over ${bound}`)
    // A bound far above every measured value would miss a fault.
    assert.ok(gained[0]!.perVote >= bound / 3, `k = ${k}: ${gained[0]!.perVote} far below ${bound}`)
    for (const { perVote } of gained.slice(1))
      assert.ok(perVote <= 0.002, `k = ${k}: ${perVote} where one option leads`)
  }
})

test('with three in ten voters in league the observer gains at most half as much again as the bound', (t) => {
  const measured = measure({ ...LIVE, k: 10 }, seeds(50), 0.3)
  const { perVote } = advantage(measured, 0)
  t.diagnostic(`k = 10, 30 % in league: ${perVote.toFixed(4)}`)
  assert.ok(perVote <= 1.5 * BOUNDS[10]!, `${perVote}`)
})

test('with results after the close the observer gains nothing, with and without live turnout', () => {
  const measured = measure({ ...LIVE, results: 'after-close', k: 10 }, seeds(60))
  for (const contest of LEADS.keys()) {
    const { gained, certain } = measured.scores.get('uniform')![contest]!
    assert.deepEqual([gained, certain], [0, 0])
    assert.ok(advantage(measured, contest).perVote <= 0, `contest ${contest}`)
  }
})

test('live turnout reveals no choices: only the counts depend on what was chosen', () => {
  for (const results of ['live', 'after-close'] as const)
    for (const seed of seeds(20)) {
      const setting = { seed, k: 3, voters: 80, results, faults: {} }
      const [one, other] = [course(setting), course({ ...setting, turned: true })]
      const seen = ({ states }: typeof one) =>
        states.map(({ turnout, checkpoint, held, metrics }) => ({ turnout, checkpoint, held, metrics }))
      assert.deepEqual(seen(one), seen(other), `seed ${seed}`)
      assert.notDeepEqual(one.states.at(-1)!.counts, other.states.at(-1)!.counts)
      // Turnout is live: it changed while voting was open.
      assert.ok(new Set(one.states.map(({ turnout }) => turnout.join())).size > 3)
    }
})

test('not promised: last groups in which all ballots are alike, and the votes that they reveal', (t) => {
  const measured = measure({ ...LIVE, k: 10 }, seeds(120))
  for (const [contest, lead] of LEADS.entries()) {
    const { units, alike } = measured.rests[contest]!
    const { votes, certain } = measured.scores.get('uniform')![contest]!
    t.diagnostic(
      `k = 10, ${100 * lead} %: ${((100 * alike) / units).toFixed(1)} % of ${units} last rests all alike, ` +
        `${((100 * certain) / votes).toFixed(1)} % of votes certain`,
    )
  }
  const share = ({ units, alike }: { units: number; alike: number }) => alike / units
  // At 95 % ten to nineteen alike: 0.95^10 = 0.60 to 0.95^19 = 0.38.
  assert.ok(share(measured.rests[1]!) > 0.3 && share(measured.rests[1]!) < 0.65)
  assert.ok(share(measured.rests[0]!) < 0.01)
})

test('the observer reads the votes of a publisher that publishes by arrival', () => {
  const inOrder = course({
    seed: 1,
    k: 10,
    voters: 160,
    results: 'after-close',
    faults: { orderOfArrival: true },
  })
  const [even] = observe(inOrder, new Set()).get('newest in order')!
  assert.ok(even!.gained / even!.votes > 0.3)
})
