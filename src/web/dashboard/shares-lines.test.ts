/**
 * Shares over time are the shares that the slider shows, as parts of the contest's votes or
 * ballots.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { MOST_LINES, shareLines, sharesChart } from './shares-lines.ts'

const contest = (votes: readonly number[], share_of: 'votes' | 'ballots' = 'votes') =>
  ({
    ...{ id: 'c', share_of, ballots: 40 },
    options: votes.map((count, i) => ({ id: `o${i}`, name: `O${i}`, color: null, votes: count })),
  }) as unknown as ContestSnapshot
const history = (...votes: number[][]): HistorySnapshot => ({
  ...{ times: [100, 160], cast: [10, 40], held: [0, 0] },
  contests: [{ id: 'c', ballots: [10, 40], blank: [0, 0], votes }],
})

test('lines are sorted by present share, as a part of the votes or of the ballots', () => {
  const kept = history([6, 10], [2, 30])
  assert.deepEqual(shareLines(contest([10, 30]), kept), [
    {
      index: 1,
      points: [
        [100, 0.25],
        [160, 0.75],
      ],
    },
    {
      index: 0,
      points: [
        [100, 0.75],
        [160, 0.25],
      ],
    },
  ])
  assert.deepEqual(shareLines(contest([10, 30], 'ballots'), kept)[1]!.points[0], [100, 0.6])
})

test('without kept counts, with one moment, or with other options than now, there are no lines', () => {
  assert.deepEqual(shareLines(contest([1, 2]), null), [])
  assert.deepEqual(shareLines(contest([1, 2]), { ...history([1, 1], [1, 1]), contests: null }), [])
  assert.deepEqual(shareLines(contest([1, 2]), { ...history([1], [1]), times: [100] }), [])
  assert.deepEqual(shareLines(contest([1, 2, 3]), history([1, 1], [1, 1])), [])
})

test('of 40 options the chart draws the best eight, and stays in its box', () => {
  const forty = Array.from({ length: 40 }, (_, i) => [i, i])
  const lines = shareLines(contest(forty.map(([n]) => n!)), history(...forty))
  assert.equal(lines.length, MOST_LINES)
  assert.equal(lines[0]!.index, 39)
  const box = { left: 10, right: 110, top: 5, bottom: 55 }
  const chart = sharesChart(
    lines,
    [
      [90, 1],
      [120, 12],
      [160, 40],
    ],
    50,
    box,
    5,
    0,
  )
  for (const d of [...chart.lines.map((line) => line.d), chart.turnout])
    for (const [, x, y] of d.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)) {
      assert.ok(Number(x) >= 10 && Number(x) <= 110, d)
      assert.ok(Number(y) >= 5 && Number(y) <= 55, d)
    }
})
