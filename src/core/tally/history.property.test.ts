/**
 * The history of a count: each moment has the exact count of that moment, no two moments differ by
 * only a few ballots, and the history stays small.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Choices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { countHistory, totalsOf } from './history.ts'
import { pluralityTally } from './plurality.ts'

const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T08:00:00Z',
  closes_at: '2026-01-01T18:00:00Z',
  results: 'live',
  suppress_below: 1,
  contests: [{ id: 'x', title: 'X', options: ['p', 'q'].map((id) => ({ id, name: id })) }],
})

test('each moment is exact, at least ten ballots after the one before, and their number is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(3)), { maxLength: 900 }), (spans) => {
      const tally = pluralityTally(election)
      const history = countHistory(election)
      const truth = new Map<number, [number, number, number, number]>()
      let p = 0
      let q = 0
      let blank = 0
      for (const [i, [toP, toQ, none]] of spans.entries()) {
        tally.fold(0, '[[0]]' as Choices, toP)
        tally.fold(0, '[[1]]' as Choices, toQ)
        tally.fold(0, '[[]]' as Choices, none)
        p += toP
        q += toQ
        blank += none
        truth.set((i + 1) * 10, [p, q, blank, p + q + blank])
        const cast = tally.ballots()
        history.mark({ timeS: (i + 1) * 10, cast, published: cast, contests: totalsOf(election, tally) })
      }
      const { times, contests } = history.snapshot()
      const [contest] = contests!
      assert.ok(times.length <= history.mostPoints)
      for (const [i, timeS] of times.entries()) {
        const at = [contest!.votes[0]![i], contest!.votes[1]![i], contest!.blank[i], contest!.ballots[i]]
        assert.deepEqual(at, truth.get(timeS))
        assert.ok(contest!.ballots[i]! - (contest!.ballots[i - 1] ?? 0) >= 10)
      }
    }),
    { numRuns: 60 },
  )
})
