import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatChoices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { pluralityTally } from './plurality.ts'
import { resultOf } from './result.ts'

const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
  contests: [
    { id: 'one', title: 'One', options: ['a', 'b', 'c'].map((id) => ({ id, name: id })) },
    {
      id: 'two',
      title: 'Two',
      votes: 2,
      options: ['d', 'e', 'f'].map((id) => ({ id, name: id })),
      districts: ['south'],
    },
  ],
})

const ballot = fc
  .record({
    district: fc.constantFrom(0, 1),
    one: fc.subarray([0, 1, 2], { maxLength: 1 }),
    two: fc.subarray([0, 1, 2], { maxLength: 2 }),
  })
  .map(({ district, one, two }) => ({ district, choices: formatChoices([one, district === 1 ? two : []]) }))

const count = (ballots: readonly { district: number; choices: ReturnType<typeof formatChoices> }[]) => {
  const tally = pluralityTally(election)
  for (const { district, choices } of ballots) tally.fold(district, choices)
  return tally
}

test('any order and any grouping of the same ballots give the same bytes', () => {
  fc.assert(
    fc.property(
      fc
        .array(ballot)
        .chain((ballots) =>
          fc.tuple(fc.constant(ballots), fc.shuffledSubarray(ballots, { minLength: ballots.length })),
        ),
      ([ballots, shuffled]) => {
        const inOrder = JSON.stringify(resultOf(election, count(ballots)))
        assert.equal(JSON.stringify(resultOf(election, count(shuffled))), inOrder)
        const grouped = pluralityTally(election)
        const groups = Map.groupBy(shuffled, ({ district, choices }) => `${district} ${choices}`)
        for (const group of groups.values()) grouped.fold(group[0]!.district, group[0]!.choices, group.length)
        assert.equal(JSON.stringify(resultOf(election, grouped)), inOrder)
      },
    ),
  )
})

test('the sum of votes, blank ballots and undervotes accounts for every vote of every ballot', () => {
  fc.assert(
    fc.property(fc.array(ballot), (ballots) => {
      const result = resultOf(election, count(ballots))
      assert.equal(result.ballots, ballots.length)
      for (const [i, contest] of result.contests.entries()) {
        const carrying = i === 0 ? ballots.length : ballots.filter(({ district }) => district === 1).length
        const votes = contest.options.reduce((sum, option) => sum + option.votes, 0)
        assert.equal(contest.ballots, carrying)
        assert.equal(votes + contest.undervotes, carrying * election.contests[i]!.votes)
        for (const key of ['ballots', 'blank', 'undervotes'] as const)
          assert.equal(
            contest.districts.reduce((sum, district) => sum + district[key], 0),
            contest[key],
          )
        for (const [j, option] of contest.options.entries())
          assert.equal(
            contest.districts.reduce((sum, district) => sum + district.votes[j]!, 0),
            option.votes,
          )
      }
    }),
  )
})

test('a ballot that does not fit the election throws and changes no count', () => {
  const tally = pluralityTally(election)
  assert.throws(() => tally.fold(2, formatChoices([[0], []])), RangeError)
  assert.throws(() => tally.fold(0, formatChoices([[9], []])), TypeError)
  assert.equal(tally.ballots(), 0)
})
