/** The rows of a district have the counts of the tally, and invalid rows are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Choices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { districtRow, districtRows } from './district-counts.ts'
import { pluralityTally } from './plurality.ts'
import { resultOf } from './result.ts'

const option = (id: string) => ({ id, name: id })
const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
  districts: ['north', 'south', 'west'].map((id) => ({ id, name: id })),
  contests: [
    { id: 'mayor', title: 'M', options: ['a', 'b', 'c'].map(option) },
    {
      id: 'council',
      title: 'C',
      votes: 2,
      options: ['x', 'y', 'z'].map(option),
      districts: ['south', 'west'],
    },
  ],
})

const ballot = fc.record({
  district: fc.nat(2),
  mayor: fc.subarray([0, 1, 2], { maxLength: 1 }),
  council: fc.subarray([0, 1, 2], { maxLength: 2 }),
  times: fc.integer({ min: 1, max: 9 }),
})

test('rows that are set repeatedly, district by district, add up to the tally they came from', () => {
  fc.assert(
    fc.property(fc.array(fc.array(ballot, { maxLength: 12 }), { maxLength: 6 }), (batches) => {
      const counted = pluralityTally(election)
      const shown = districtRows(election)
      for (const batch of batches) {
        for (const { district, mayor, council, times } of batch)
          counted.fold(district, JSON.stringify([mayor, district === 0 ? [] : council]) as Choices, times)
        const rows = batch.map(({ district }) => ({
          district,
          counts: districtRow(election, counted, district),
        }))
        assert.ok(shown.set(rows))
        assert.deepEqual(resultOf(election, shown.tally), resultOf(election, counted))
        assert.equal(shown.tally.blank(), counted.blank())
        assert.deepEqual(shown.tally.blankPerDistrict, counted.blankPerDistrict)
      }
    }),
  )
})

test('a row that no ballots can produce, or that takes ballots back, is refused', () => {
  const shown = districtRows(election)
  assert.ok(shown.set([{ district: 1, counts: [5, 1, 1, 2, 2, 0, 2, 3, 3, 0] }]))
  const good = { district: 1, counts: [6, 1, 1, 2, 2, 1, 2, 4, 4, 0] }
  const before = resultOf(election, shown.tally)
  const wrong: [number, number[]][] = [
    [3, [1, 0, 0, 1, 0, 0]],
    [-1, [1, 0, 0, 1, 0, 0]],
    [0.5, [1, 0, 0, 1, 0, 0]],
    [0, []],
    [0, [1]],
    [0, [1, 0, 0, 1, 0]],
    [0, [1, 0, 0, 1, 0, 0, 0]],
    [0, [1, 0, 0, 1, 1, 0]],
    [0, [1, 0, 1, 1, 0, 0]],
    [0, [1, 1, 0, 0, 0, 0]],
    [0, [1, 0, 0, 2, -1, 0]],
    [0, [1.5, 0, 0, 1, 0, 0]],
    [1, [5, 1, 1, 2, 2, 0, 2, 3, 2, 1]],
    [1, [4, 1, 1, 2, 1, 0, 2, 2, 2, 0]],
    [1, [6, 1, 1, 2, 2, 1, 2, 5, 4, 0]],
  ]
  for (const [district, counts] of wrong)
    assert.equal(shown.set([good, { district, counts }]), false, JSON.stringify(counts))
  assert.deepEqual(resultOf(election, shown.tally), before)
  assert.ok(shown.set([good]))
})
