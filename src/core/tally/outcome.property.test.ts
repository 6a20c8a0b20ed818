/**
 * Who has won: examples, properties of any votes, and every way in which outstanding ballots can be
 * marked.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Quorum, Threshold } from '../election/share.ts'
import { NoSuchLot, type OutcomeCount, type OutcomeRules, outcomeOf } from './outcome.ts'
import { isMet, requirementOf } from './requirement.ts'

const rulesOf = (options: number, rules: Partial<OutcomeRules> = {}): OutcomeRules => ({
  ...{ seats: 1, votesAllowed: 1, measure: false, threshold: null, quorum: null },
  noneOfThese: new Array<boolean>(options).fill(false),
  ...rules,
})
const countOf = (votes: readonly number[], count: Partial<OutcomeCount> = {}): OutcomeCount => {
  const ballots = count.ballots ?? votes.reduce((sum, each) => sum + each, 0)
  return { votes, ballots, blank: 0, eligible: ballots, outstanding: 0, final: true, ...count }
}
const atLeast = (numerator: number, denominator: number): Threshold => ({
  ...{ is: 'at_least', fraction: { numerator, denominator }, of: 'votes' },
})
const OVER_HALF: Threshold = { ...atLeast(1, 2), is: 'more_than' }

const anyThreshold: fc.Arbitrary<Threshold> = fc.record({
  of: fc.constantFrom('votes', 'ballots', 'eligible'),
  is: fc.constantFrom('more_than', 'at_least'),
  fraction: fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
    .map(([a, b]) => ({ numerator: Math.min(a, b), denominator: Math.max(a, b) })),
})
const anyQuorum: fc.Arbitrary<Quorum> = fc.record({
  counting: fc.constantFrom('ballots', 'marked'),
  needs: fc.oneof(anyThreshold, fc.record({ atLeast: fc.integer({ min: 1, max: 9 }) })),
})
const anyVotes = fc.array(fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 1e9 })), { minLength: 1, maxLength: 12 })

test('as many options win as there are seats, or there is a tie, or no option has votes for the rest', () => {
  fc.assert(
    fc.property(anyVotes, fc.integer({ min: 1, max: 14 }), (votes, seats) => {
      const { standing, elected, tied, tiedSeats, vacant } = outcomeOf(
        rulesOf(votes.length, { seats }),
        countOf(votes),
      )
      if (standing === 'no-votes') return assert.ok(votes.every((each) => each === 0))
      assert.equal(elected.length + tiedSeats + vacant, seats)
      assert.equal(standing, tied.length > 0 ? 'tied' : 'elected')
      if (standing === 'tied') assert.ok(tied.length > tiedSeats && tiedSeats > 0)
      if (vacant > 0) assert.equal(elected.length, votes.filter((each) => each > 0).length)
      const lowest = Math.min(...elected.map((j) => votes[j]!))
      for (const [j, each] of votes.entries())
        if (elected.includes(j)) assert.ok(each > 0)
        else if (tied.includes(j)) assert.ok(each < lowest && each === votes[tied[0]!])
        else assert.ok(each < lowest && (tied.length === 0 || each < votes[tied[0]!]!))
    }),
  )
})

test('the order of the options changes only their positions', () => {
  const shuffled = anyVotes.chain((votes) =>
    fc.tuple(
      fc.constant(votes),
      fc.shuffledSubarray([...votes.keys()], { minLength: votes.length }),
      fc.integer({ min: 1, max: 5 }),
      fc.option(anyThreshold),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([votes, order, seats, threshold]) => {
      const rules = rulesOf(votes.length, { seats, threshold })
      const one = outcomeOf(rules, countOf(votes))
      const other = outcomeOf(rules, countOf(order.map((j) => votes[j]!)))
      const sorted = (options: readonly number[]) => [...options].sort((a, b) => a - b)
      const back = (options: readonly number[]) => sorted(options.map((j) => order[j]!))
      assert.deepEqual(back(other.elected), sorted(one.elected))
      assert.deepEqual(back(other.tied), sorted(one.tied))
      assert.deepEqual([other.standing, other.vacant], [one.standing, one.vacant])
    }),
  )
})

test('one more vote for an option never costs it its seat', () => {
  fc.assert(
    fc.property(
      anyVotes,
      fc.integer({ min: 1, max: 5 }),
      fc.option(anyThreshold),
      fc.nat(),
      (votes, seats, threshold, at) => {
        const rules = rulesOf(votes.length, { seats, threshold })
        const j = at % votes.length
        const before = outcomeOf(rules, countOf(votes))
        const more = votes.map((each, k) => (k === j ? each + 1 : each))
        const { eligible } = countOf(votes)
        const after = outcomeOf(rules, countOf(more, { eligible: Math.max(eligible, 1) }))
        if (before.elected.includes(j)) assert.ok(after.elected.includes(j))
        if (before.tied.includes(j)) assert.ok(after.elected.includes(j))
      },
    ),
  )
})

test('a threshold is exact at its boundary, for any number of votes', () => {
  fc.assert(
    fc.property(anyThreshold, fc.bigInt({ min: 1n, max: 2n ** 52n }), (threshold, whole) => {
      const wholes = { given: Number(whole), ballots: Number(whole), eligible: Number(whole) }
      const { needed } = requirementOf(threshold, wholes, 0)
      const [n, d] = [BigInt(threshold.fraction.numerator), BigInt(threshold.fraction.denominator)]
      const enough = (has: bigint) =>
        threshold.is === 'more_than' ? has * d > whole * n : has * d >= whole * n
      assert.ok(enough(BigInt(needed)))
      assert.ok(!enough(BigInt(needed) - 1n))
      assert.ok(isMet(requirementOf(threshold, wholes, needed)))
    }),
  )
})

test('a measure that needs two thirds passes exactly at two thirds', () => {
  const rules = rulesOf(2, { measure: true, threshold: atLeast(2, 3) })
  assert.equal(outcomeOf(rules, countOf([6_666, 3_334])).standing, 'rejected')
  assert.equal(outcomeOf(rules, countOf([6_667, 3_333])).standing, 'passed')
  assert.equal(outcomeOf(rules, countOf([2, 1])).standing, 'passed')
  // 2 ÷ 3 of 2^53 − 1 is not exact in floating point.
  assert.equal(outcomeOf(rules, countOf([6_004_799_503_160_660, 3_002_399_751_580_331])).standing, 'rejected')
  assert.equal(outcomeOf(rules, countOf([6_004_799_503_160_661, 3_002_399_751_580_330])).standing, 'passed')
})

test('without a quorum there is no result, whatever the votes', () => {
  const quorum: Quorum = { counting: 'ballots', needs: { ...atLeast(1, 4), of: 'eligible' } }
  const standing = (ballots: number) =>
    outcomeOf(rulesOf(2, { quorum }), countOf([ballots, 0], { ballots, eligible: 1_001 })).standing
  assert.equal(standing(250), 'quorum-missed')
  assert.equal(standing(251), 'elected')
})

test('"none of these" takes no seat, and the outcome shows it if it has more votes', () => {
  const rules = rulesOf(3, { noneOfThese: [false, false, true] })
  const { elected, noneAhead } = outcomeOf(rules, countOf([3, 2, 9]))
  assert.deepEqual([elected, noneAhead], [[0], 2])
  assert.equal(outcomeOf(rules, countOf([3, 2, 3])).noneAhead, null)
  assert.equal(outcomeOf({ ...rules, threshold: OVER_HALF }, countOf([3, 2, 9])).standing, 'nobody')
  assert.equal(outcomeOf(rules, countOf([0, 0, 9])).standing, 'nobody')
})

test('a lot chooses as many of the tied options as there are seats for them', () => {
  const rules = rulesOf(4, { seats: 3 })
  const count = countOf([9, 5, 5, 5])
  const tie = outcomeOf(rules, count)
  assert.deepEqual([tie.elected, tie.tied, tie.tiedSeats], [[0], [1, 2, 3], 2])
  const { standing, elected, byLot, tied } = outcomeOf(rules, count, [3, 1])
  assert.deepEqual([standing, elected, byLot, tied], ['elected', [0, 3, 1], [3, 1], []])
  for (const lot of [[0, 1], [1], [1, 1], [1, 2, 3], [7, 1]])
    assert.throws(() => outcomeOf(rules, count, lot), NoSuchLot)
  assert.throws(() => outcomeOf(rules, countOf([9, 5, 4, 3]), [1]), NoSuchLot)
  assert.throws(() => outcomeOf(rules, { ...count, final: false, outstanding: 1 }, [3, 1]), NoSuchLot)
})

/** All ways to mark a ballot: at most as many options as it has votes. */
function marksOf(options: number, votesAllowed: number): number[][] {
  let all: number[][] = [[]]
  for (let j = 0; j < options; j++)
    all = all.flatMap((marks) => (marks.length < votesAllowed ? [marks, [...marks, j]] : [marks]))
  return all
}

/**
 * Every count that the outstanding ballots can lead to: each is cast or not, and marked in any way.
 */
function* completions(count: OutcomeCount, votesAllowed: number): Generator<OutcomeCount> {
  const { outstanding, votes, ballots } = count
  yield { ...count, outstanding: 0, final: true }
  if (outstanding === 0) return
  for (const marks of marksOf(votes.length, votesAllowed)) {
    const more = votes.map((each, j) => each + (marks.includes(j) ? 1 : 0))
    const left = { ...count, votes: more, ballots: ballots + 1, outstanding: outstanding - 1 }
    yield* completions({ ...left, blank: left.blank + (marks.length === 0 ? 1 : 0) }, votesAllowed)
  }
}

test('"can no longer change" is stated exactly if no outstanding ballots could change who is elected', () => {
  const anyContest = fc.record({
    votes: fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 3 }),
    blank: fc.nat({ max: 3 }),
    outstanding: fc.integer({ min: 1, max: 3 }),
    votesAllowed: fc.integer({ min: 1, max: 2 }),
    seats: fc.integer({ min: 1, max: 3 }),
    measure: fc.boolean(),
    hasNone: fc.boolean(),
    threshold: fc.option(anyThreshold),
    quorum: fc.option(anyQuorum),
  })
  let decidedOnes = 0
  fc.assert(
    fc.property(anyContest, ({ votes, blank, outstanding, hasNone, measure, ...rest }) => {
      // A measure always has a threshold.
      if (measure && rest.threshold === null) return
      const votesAllowed = Math.min(rest.votesAllowed, votes.length)
      const seats = measure ? 1 : rest.seats
      const noneOfThese = votes.map((_, j) => hasNone && j > 0 && j === votes.length - 1)
      const rules = { ...rest, measure, seats, votesAllowed, noneOfThese }
      const ballots =
        Math.max(
          votes.reduce((sum, each) => sum + each, 0),
          ...votes,
        ) + blank
      const count = { votes, ballots, blank, outstanding, eligible: ballots + outstanding, final: false }
      const now = outcomeOf(rules, count)
      const essence = ({ standing, elected, tied }: typeof now) =>
        JSON.stringify([standing, [...elected].sort(), [...tied].sort()])
      let changes = false
      for (const end of completions(count, votesAllowed))
        if (essence(outcomeOf(rules, end)) !== essence(now)) changes = true
      assert.equal(now.decided, !changes)
      if (now.decided) decidedOnes++
    }),
    { numRuns: 2_000 },
  )
  assert.ok(decidedOnes > 50, `only ${decidedOnes} were decided`)
})
