/** The gate: nothing before its time, small districts withheld, and in every format the same ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Choices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { resultCsv } from './csv.ts'
import { countHistory } from './history.ts'
import { pluralityTally } from './plurality.ts'
import { resultOf } from './result.ts'
import { resultText } from './result-text.ts'
import { shownResult } from './shown.ts'
import { snapshotOf } from './snapshot.ts'

function counted(results: 'live' | 'after-close', suppressBelow: number) {
  const election = electionFrom({
    id: 'e',
    title: 'E',
    opens_at: '2026-01-01T08:00:00Z',
    closes_at: '2026-01-01T18:00:00Z',
    results,
    suppress_below: suppressBelow,
    districts: ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() })),
    contests: [
      { id: 'x', title: 'X', options: ['p', 'q'].map((id) => ({ id, name: id })) },
      {
        id: 'y',
        title: 'Y',
        votes: 2,
        districts: ['c', 'a'],
        options: ['r', 's', 't'].map((id) => ({ id, name: id })),
      },
    ],
  })
  const tally = pluralityTally(election)
  const ballots: [number, string, number][] = [
    [0, '[[0],[0,1]]', 20],
    [0, '[[1],[2]]', 11],
    [1, '[[0],[]]', 2],
    [1, '[[],[]]', 1],
    [2, '[[0],[1]]', 8],
    [2, '[[1],[]]', 9],
    [2, '[[],[]]', 4],
    [3, '[[0],[]]', 40],
    [3, '[[1],[]]', 2],
  ]
  for (const [district, choices, times] of ballots) tally.fold(district, choices as Choices, times)
  return { election, tally }
}

const figures = {
  nowMs: 0,
  lastBallotAtMs: null,
  keysUsed: 97,
  ballotsStored: 97,
  votesPerSecond: 0,
  turnout: [],
}

test('the same districts are withheld in the snapshot, the document and the CSV, and totals stay', () => {
  const { election, tally } = counted('live', 5)
  const shown = shownResult(election, 'open', () => resultOf(election, tally))!
  const snapshot = snapshotOf(election, tally, { ...figures, phase: 'open', eligible: [50, 50, 50, 50] })
  assert.deepEqual(
    snapshot.contests![0]!.by_district,
    [[0, 20, 11, 0], [1], [2], [3, 40, 2, 0]],
    'b is small, and c is the smallest other',
  )
  assert.deepEqual(snapshot.contests![1]!.by_district, [
    [0, 20, 20, 11, 0],
    [2, 0, 8, 0, 13],
  ])
  assert.deepEqual([snapshot.contests![0]!.eligible, snapshot.contests![1]!.eligible], [200, 100])
  assert.equal(snapshot.blank, 5)
  assert.equal(snapshot.invariant.holds, true)
  const document = JSON.parse(resultText(shown))
  assert.deepEqual(document.contests[0].districts[1], { id: 'b', ballots: 3, withheld: true })
  assert.deepEqual(document.contests[0].options, [
    { id: 'p', votes: 70 },
    { id: 'q', votes: 22 },
  ])
  const csv = [...resultCsv(election, shown)]
  assert.deepEqual(
    csv.filter((line) => line.startsWith('x,X,b,')),
    ['x,X,b,B,p,p,withheld\r\n', 'x,X,b,B,q,q,withheld\r\n', 'x,X,b,B,(blank),Blank ballots,withheld\r\n'],
  )
  assert.equal(csv.filter((line) => line.includes('withheld')).length, 6)
})

test('without a threshold the shown document is the result, byte for byte', () => {
  const { election, tally } = counted('live', 1)
  const result = resultOf(election, tally)
  assert.equal(resultText(shownResult(election, 'open', () => result)!), resultText(result))
})

test('results for after the close: the count is not even asked for before; there is never a history', () => {
  const { election, tally } = counted('after-close', 1)
  const never = () => assert.fail('it was counted')
  for (const phase of ['not-open', 'open'] as const) assert.equal(shownResult(election, phase, never), null)
  const open = snapshotOf(election, tally, { ...figures, phase: 'open', eligible: [50, 50, 50, 50] })
  assert.deepEqual([open.contests, open.blank], [null, null])
  assert.ok(shownResult(election, 'closed', () => resultOf(election, tally)))
  const history = countHistory(election, tally)
  history.mark(10)
  assert.deepEqual(history.snapshot(), { times: [], cast: [], contests: null })
})
