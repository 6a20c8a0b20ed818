import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, type Row, runTable } from './table.ts'

const row = (changes: Partial<Row['report']> = {}, figures: Partial<Row> = {}): Row => ({
  phase: 'helm rollback',
  report: {
    totals: { sent: 4_200, accepted: 4_000, repeated: 40, refused: {}, strange: {}, unanswered: 0 },
    sentByKind: { first: 4_000, double: 160, retry: 40 },
    resentBecause: { closed: 3, 'try-later': 2 },
    reconciliation: { balances: true, lines: [] },
    ...changes,
  },
  ...{ counted: 4_000, leaves: 4_001, records: 1, seconds: 61.4 },
  ...figures,
})

test('the table has a row per phase, a row of sums and the certified result', () => {
  assert.deepEqual(
    runTable([row(), row({ resentBecause: { cut: 1 } })], { ballots: 8_000, leaves: 7_999, seconds: 8.6 })
      .split('\n')
      .slice(2),
    [
      '| helm rollback | 4,000 | 4,000 | 2 | 3 | 0 | 0 | 4,000 | 4,000 | 61 |',
      '| helm rollback | 4,000 | 4,000 | 0 | 0 | 0 | 1 | 4,000 | 4,000 | 61 |',
      '| in all | 8,000 | 8,000 | 2 | 3 | 0 | 1 | 8,000 | 8,000 | 123 |',
      '| certified in a results pod |  |  |  |  |  |  | 8,000 | 7,999 | 9 |',
    ],
  )
})

test('a phase passes if every vote is acknowledged, counted and published exactly once', () => {
  assert.deepEqual(faultsOf(row()), [])
  const { totals } = row().report
  const wrong: readonly [Row, RegExp][] = [
    [row({ totals: { ...totals, accepted: 3_999 } }), /1 votes were not acknowledged/],
    [row({}, { counted: 3_999 }), /4000 acknowledged, 3999 counted/],
    [row({}, { counted: 4_001 }), /4000 acknowledged, 4001 counted/],
    [row({}, { records: 0 }), /4000 acknowledged, 4001 leaves/],
    [row({ resentBecause: { cut: 1 } }), /1 answers that no client/],
    [row({ resentBecause: { 'try-again': 1 } }), /1 answers that no client/],
    [row({ totals: { ...totals, strange: { 'http-502': 2 } } }), /2 answers that no client/],
    [row({ totals: { ...totals, unanswered: 1 } }), /1 answers that no client/],
  ]
  for (const [fault, words] of wrong) assert.match(faultsOf(fault).join('; '), words)
})
