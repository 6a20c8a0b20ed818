/** Looking back shows the numbers of one moment, and no contests if the server kept no count. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { snapshotAt } from './past.ts'

const contest = {
  ...{ id: 'x', title: 'X', votes_allowed: 2, eligible: 200, ballots: 100, blank: 3, undervotes: 20 },
  options: [
    { id: 'a', name: 'A', color: null, votes: 100 },
    { id: 'b', name: 'B', color: null, votes: 80 },
  ],
  by_district: [[0, 100, 80, 3]],
}
const snapshot = {
  ...{ as_of: '2026-01-01T00:00:00Z', last_ballot_at: null, cast: 100, blank: 3, contests: [contest] },
} as unknown as ResultsSnapshot
const points = [
  [0, 0],
  [10, 30],
  [20, 31],
  [30, 100],
] as const
const history = {
  ...{ times: [10, 30], cast: [30, 100], held: [4, 0] },
  contests: [
    {
      id: 'x',
      ballots: [30, 100],
      blank: [1, 3],
      votes: [
        [20, 100],
        [30, 80],
      ],
    },
  ],
}

test('between two kept moments, the page shows turnout and count of the earlier one', () => {
  const past = snapshotAt(snapshot, points, history, 20)
  assert.equal(past.as_of, '1970-01-01T00:00:10.000Z')
  assert.deepEqual([past.cast, past.blank, past.held], [30, 1, 4])
  const [shown] = past.contests!
  assert.deepEqual([shown!.ballots, shown!.blank, shown!.undervotes], [30, 1, 10])
  assert.deepEqual(
    shown!.options.map(({ name, votes }) => [name, votes]),
    [
      ['A', 20],
      ['B', 30],
    ],
  )
})

test('if the server kept no count, the page shows turnout only', () => {
  for (const kept of [null, { times: [], cast: [], held: [], contests: null }, history])
    for (const timeS of kept === history ? [5] : [5, 20, 30]) {
      const past = snapshotAt(snapshot, points, kept, timeS)
      assert.equal(past.as_of, new Date(timeS * 1000).toISOString())
      assert.deepEqual([past.contests, past.blank, past.held], [null, null, null])
      assert.equal(past.cast, { 5: 0, 20: 31, 30: 100 }[timeS])
    }
})
