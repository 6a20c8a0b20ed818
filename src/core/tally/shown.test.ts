/**
 * What is shown: no results before their time, districts withheld or counted together, and the same
 * ones in every format.
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
  // The published ballots: all except those of b, which are held.
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

test('snapshot, document and CSV withhold held and pooled districts; totals leave out held ballots', () => {
  const { election, tally, published } = counted('live', 5)
  // District b has enough voters, but only three ballots. District c has too few voters for its own
  // row, and enough ballots to be published.
  const eligible = [50, 50, 4, 50]
  const shown = shownResult(election, { phase: 'open', issued: eligible, stored: tally, published })!
  const snapshot = snapshotOf(election, tally, {
    ...figures,
    phase: 'open',
    eligible,
    issued: eligible,
    published,
  })
  assert.deepEqual(snapshot.checkpoint, { size: 95, root: 'AAAA' })
  assert.deepEqual(snapshot.contests![0]!.by_district, [[0, 20, 11, 0], [1], [2], [3, 40, 2, 0]])
  assert.deepEqual(snapshot.contests![1]!.by_district, [[0, 20, 20, 11, 0], [2]])
  assert.deepEqual([snapshot.contests![0]!.eligible, snapshot.contests![1]!.eligible], [154, 54])
  assert.deepEqual([snapshot.cast, snapshot.held, snapshot.blank], [97, 3, 4])
  assert.equal(snapshot.invariant.holds, true)
  // Late voters make c larger, but do not change what is published of it.
  const later = snapshotOf(election, tally, {
    ...{ ...figures, phase: 'open' as const, issued: eligible, eligible: [50, 50, 60, 50], published },
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
  assert.match(
    csv[0]!,
    /^\ufeffcontest_id,/,
    'the byte order mark that spreadsheets need for UTF-8 is missing',
  )
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

test('each counted vote is in exactly one line of the CSV', () => {
  const { election, tally, published } = counted('live', 5)
  for (const phase of ['open', 'closed'] as const)
    for (const eligible of [
      [50, 50, 50, 50],
      [50, 50, 4, 50],
      [1, 2, 3, 4],
    ]) {
      const complete = phase === 'closed'
      const standing = { phase, issued: eligible, stored: tally, published: { ...published, complete } }
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

test('with suppress_below 1 the shown document is the result, byte for byte', () => {
  const { election, tally } = counted('live', 1)
  assert.equal(
    resultText(
      shownResult(election, { phase: 'open', issued: [50, 50, 50, 50], stored: tally, published: null })!,
    ),
    resultText(resultOf(election, tally)),
  )
})

test('results after the close: only turnout shows before all ballots are published, never a history', () => {
  const { election, tally, published } = counted('after-close', 1)
  const issued = [50, 50, 50, 50]
  for (const phase of ['not-open', 'open', 'closed'] as const)
    assert.equal(shownResult(election, { phase, issued, stored: tally, published }), null)
  const open = snapshotOf(election, tally, {
    ...figures,
    phase: 'open',
    eligible: issued,
    issued,
    published,
  })
  assert.deepEqual([open.cast, open.contests, open.blank, open.held], [97, null, null, null])
  assert.equal(open.checkpoint, null)
  const whole = { ...published, complete: true }
  assert.equal(shownResult(election, { phase: 'open', issued, stored: tally, published: whole }), null)
  assert.equal(
    shownResult(election, { phase: 'closed', issued, stored: tally, published: whole })!.ballots,
    97,
  )
  const history = countHistory(election)
  history.mark({ timeS: 10, cast: 97, published: 97, contests: totalsOf(election, tally) })
  assert.deepEqual(history.snapshot(), { times: [], cast: [], held: [], contests: null })
})

test('live results show the ballots published up to the last checkpoint, also after the close', () => {
  const { election, tally, published } = counted('live', 5)
  const issued = [50, 50, 50, 50]
  const before = resultText(shownResult(election, { phase: 'open', issued, stored: tally, published })!)
  assert.equal(
    resultText(shownResult(election, { phase: 'closed', issued, stored: tally, published })!),
    before,
  )
  const whole = { ...published, complete: true }
  const after = shownResult(election, { phase: 'closed', issued, stored: tally, published: whole })!
  assert.deepEqual([after.ballots, after.held], [97, 0])
  assert.equal(resultText(after), resultText(resultOf(election, tally)))
})
