/**
 * What is shown: nothing before its time, districts held back or counted together, and in every
 * format the same ones.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Choices } from '../election/choices.ts'
import { electionFrom } from '../election/definition.ts'
import { snapshotOf } from '../status/snapshot.ts'
import { NO_LOTS } from './contest-outcome.ts'
import { resultCsv } from './csv.ts'
import { countHistory, totalsOf } from './history.ts'
import { pluralityTally } from './plurality.ts'
import { resultOf } from './result.ts'
import { resultText } from './result-text.ts'
import { shownResult } from './shown.ts'

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
  // Of all of them but those of b, which are held back.
  const published = pluralityTally(election)
  for (const [district, choices, times] of ballots)
    if (district !== 1) published.fold(district, choices as Choices, times)
  const count = { tally: published, checkpoint: { size: 95, root: 'AAAA' }, complete: false }
  return { election, tally, published: count }
}

const figures = {
  nowMs: 0,
  lastBallotAtMs: null,
  keysUsed: 97,
  ballotsStored: 97,
  votesPerSecond: 0,
  turnout: [],
}

test('held back and pooled districts are withheld in the snapshot, the document and the CSV; totals leave out what is held', () => {
  const { election, tally, published: told } = counted('live', 5)
  // b has enough voters, but three ballots; c has too few voters for a row of its own, and ballots
  // enough to be told.
  const eligible = [50, 50, 4, 50]
  const shown = shownResult(election, { phase: 'open', issued: eligible, stored: tally, published: told })!
  const snapshot = snapshotOf(election, tally, {
    ...figures,
    phase: 'open',
    eligible,
    issued: eligible,
    published: told,
  })
  assert.deepEqual(snapshot.checkpoint, { size: 95, root: 'AAAA' })
  assert.deepEqual(snapshot.contests![0]!.by_district, [[0, 20, 11, 0], [1], [2], [3, 40, 2, 0]])
  assert.deepEqual(snapshot.contests![1]!.by_district, [[0, 20, 20, 11, 0], [2]])
  assert.deepEqual([snapshot.contests![0]!.eligible, snapshot.contests![1]!.eligible], [154, 54])
  assert.deepEqual([snapshot.cast, snapshot.held, snapshot.blank], [97, 3, 4])
  assert.equal(snapshot.invariant.holds, true)
  // Late voters make c larger, and change nothing of what is told of it.
  const later = snapshotOf(election, tally, {
    ...{ ...figures, phase: 'open' as const, issued: eligible, eligible: [50, 50, 60, 50], published: told },
  })
  assert.deepEqual(later.contests![0]!.by_district, snapshot.contests![0]!.by_district)
  assert.equal(later.contests![0]!.eligible, 210)
  const document = JSON.parse(resultText(shown))
  assert.deepEqual([document.ballots, document.held], [94, 3])
  assert.deepEqual(document.contests[0].districts[1], { id: 'b', ballots: 3, withheld: true })
  assert.deepEqual(document.contests[0].options, [
    { id: 'p', votes: 68 },
    { id: 'q', votes: 22 },
  ])
  const csv = [...resultCsv(election, shown, { phase: 'open', eligible: [50, 50, 50, 50], lots: NO_LOTS })]
  assert.match(csv[0]!, /^\ufeffcontest_id,/, 'spreadsheets know it for UTF-8')
  assert.deepEqual(
    csv.filter((line) => line.startsWith('x,X,b,')),
    ['p,p', 'q,q', '(blank),Blank ballots'].map((option) => `x,X,b,B,${option},withheld,,\r\n`),
  )
  assert.deepEqual(
    csv.filter((line) => line.startsWith('y,Y,(pooled),')),
    [
      ...['r,r,0,0.00%,', 's,s,8,100.00%,', 't,t,0,0.00%,'],
      ...['(blank),Blank ballots,13,,', '(undervotes),Votes not used,34,,'],
    ].map((end) => `y,Y,(pooled),Districts counted together,${end}\r\n`),
  )
})

test('in the CSV every counted vote is in exactly one line', () => {
  const { election, tally, published: told } = counted('live', 5)
  for (const phase of ['open', 'closed'] as const)
    for (const eligible of [
      [50, 50, 50, 50],
      [50, 50, 4, 50],
      [1, 2, 3, 4],
    ]) {
      const complete = phase === 'closed'
      const standing = { phase, issued: eligible, stored: tally, published: { ...told, complete } }
      const shown = shownResult(election, standing)!
      assert.equal(shown.held, complete ? 0 : 3)
      const all = [...resultCsv(election, shown, { phase, eligible, lots: NO_LOTS })]
      const lines = all.filter((line) => !line.includes(',(total),'))
      for (const [c, { id, options }] of shown.contests.entries())
        for (const { id: option, votes } of options) {
          const counts = lines
            .filter((line) => line.startsWith(`${id},`) && line.includes(`,${option},${option},`))
            .map((line) => Number(line.split(',')[6]!.replace('withheld', '0')))
          assert.equal(
            counts.reduce((a, b) => a + b, 0),
            votes,
            `${phase} ${eligible} contest ${c}`,
          )
          const total = all.find(
            (line) => line.startsWith(`${id},`) && line.includes(`,(total),All districts,${option},`),
          )
          assert.equal(total!.split(',')[6], String(votes))
        }
    }
})

test('with a threshold of 1 the shown document is the result, byte for byte', () => {
  const { election, tally } = counted('live', 1)
  assert.equal(
    resultText(
      shownResult(election, { phase: 'open', issued: [50, 50, 50, 50], stored: tally, published: null })!,
    ),
    resultText(resultOf(election, tally)),
  )
})

test('results for after the close: nothing but turnout before all of it is told; there is never a history', () => {
  const { election, tally, published: told } = counted('after-close', 1)
  const issued = [50, 50, 50, 50]
  for (const phase of ['not-open', 'open', 'closed'] as const)
    assert.equal(shownResult(election, { phase, issued, stored: tally, published: told }), null)
  const open = snapshotOf(election, tally, {
    ...figures,
    phase: 'open',
    eligible: issued,
    issued,
    published: told,
  })
  assert.deepEqual([open.cast, open.contests, open.blank, open.held], [97, null, null, null])
  assert.equal(open.checkpoint, null)
  const whole = { ...told, complete: true }
  assert.equal(shownResult(election, { phase: 'open', issued, stored: tally, published: whole }), null)
  assert.equal(
    shownResult(election, { phase: 'closed', issued, stored: tally, published: whole })!.ballots,
    97,
  )
  const history = countHistory(election)
  history.mark({ timeS: 10, cast: 97, published: 97, contests: totalsOf(election, tally) })
  assert.deepEqual(history.snapshot(), { times: [], cast: [], held: [], contests: null })
})

test('live results show what was told until the last checkpoint, also once voting has closed', () => {
  const { election, tally, published: told } = counted('live', 5)
  const issued = [50, 50, 50, 50]
  const before = resultText(shownResult(election, { phase: 'open', issued, stored: tally, published: told })!)
  assert.equal(
    resultText(shownResult(election, { phase: 'closed', issued, stored: tally, published: told })!),
    before,
  )
  const whole = { ...told, complete: true }
  const after = shownResult(election, { phase: 'closed', issued, stored: tally, published: whole })!
  assert.deepEqual([after.ballots, after.held], [97, 0])
  assert.equal(resultText(after), resultText(resultOf(election, tally)))
})
