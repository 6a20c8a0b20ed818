/** The run's table, in Markdown: one row per phase. Pure. */
import type { ResentBecause } from '../../src/simulator/lost-answer.ts'
import type { SimulationReport } from '../../src/simulator/run.ts'

export interface Row {
  readonly phase: string
  readonly report: Pick<SimulationReport, 'totals' | 'sentByKind' | 'resentBecause' | 'reconciliation'>
  /** Ballots that the gateways' count grew by. */
  readonly counted: number
  /**
   * Leaves that the log grew by, and those of them that are no ballots: the genesis, extensions of
   * voting.
   */
  readonly leaves: number
  readonly records: number
  readonly seconds: number
}

/**
 * What a client may meet while nothing is wrong: it repeats the request with its Idempotency-Key.
 */
const REPEATABLE: readonly ResentBecause[] = ['try-later', 'closed', 'no-connection']

const HEADINGS = [
  'phase',
  'votes sent',
  'acknowledged',
  'again: 503, Retry-After',
  'again: closed before an answer',
  'again: no connection',
  'anything else',
  'counted',
  'log leaves',
  'seconds',
]

/** The last row: what was certified, and how long that took. */
export interface CertifiedRow {
  /** As the certification says. */
  readonly ballots: number
  /** Acknowledged ballots that are one leaf of the log each. */
  readonly leaves: number
  readonly seconds: number
}

const CERTIFIED = 'certified in a results pod'
/** Its cells of what was sent and answered. */
const NOTHING_SENT = Array.from({ length: 6 }, () => '')

export function runTable(rows: readonly Row[], certified: CertifiedRow): string {
  const figure = (value: number) => Math.round(value).toLocaleString('en')
  const cells = [
    ...[...rows, inAll(rows)].map((row) => [row.phase, ...[...figures(row), row.seconds].map(figure)]),
    [CERTIFIED, ...NOTHING_SENT, ...[certified.ballots, certified.leaves, certified.seconds].map(figure)],
  ]
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  return [line(HEADINGS), line(HEADINGS.map((_, i) => (i === 0 ? '---' : '--:'))), ...cells.map(line)].join(
    '\n',
  )
}

function figures({ report, counted, leaves, records }: Row): number[] {
  const { sentByKind, totals, resentBecause } = report
  const repeatable = REPEATABLE.map((why) => resentBecause[why] ?? 0)
  return [sentByKind.first ?? 0, totals.accepted, ...repeatable, others(report), counted, leaves - records]
}

/**
 * Answers that no client is to get: cut in two, late beyond its patience, faults, refusals without
 * a time to come back.
 */
function others({ totals, resentBecause }: Row['report']): number {
  const again = Object.entries(resentBecause).filter(([why]) => !REPEATABLE.includes(why as ResentBecause))
  return sum([...again.map(([, times]) => times), ...Object.values(totals.strange), totals.unanswered])
}

/** What is wrong with a row, in words; nothing where it is as it must be. */
export function faultsOf(row: Row): readonly string[] {
  const { phase, report, counted, leaves, records } = row
  const sent = report.sentByKind.first ?? 0
  const { accepted } = report.totals
  return [
    ...(accepted === sent ? [] : [`${sent - accepted} votes were not acknowledged`]),
    ...(counted === accepted ? [] : [`${accepted} acknowledged, ${counted} counted`]),
    ...(leaves - records === accepted ? [] : [`${accepted} acknowledged, ${leaves - records} leaves`]),
    ...(others(report) === 0 ? [] : [`${others(report)} answers that no client is to get`]),
    ...report.reconciliation.lines
      .filter(({ balances }) => !balances)
      .map(({ what, expected, found, note }) => `${what}: ${expected} expected, ${found} found (${note})`),
  ].map((fault) => `${phase}: ${fault}`)
}

function inAll(rows: readonly Row[]): Row {
  const resentBecause: Partial<Record<ResentBecause, number>> = {}
  const strange: Record<string, number> = {}
  for (const { report } of rows) {
    for (const [why, times] of Object.entries(report.resentBecause) as [ResentBecause, number][])
      resentBecause[why] = (resentBecause[why] ?? 0) + times
    for (const [what, times] of Object.entries(report.totals.strange))
      strange[what] = (strange[what] ?? 0) + times
  }
  const of = (value: (row: Row) => number): number => sum(rows.map(value))
  const totals = {
    sent: of(({ report }) => report.totals.sent),
    accepted: of(({ report }) => report.totals.accepted),
    repeated: of(({ report }) => report.totals.repeated),
    unanswered: of(({ report }) => report.totals.unanswered),
    ...{ refused: {}, strange },
  }
  return {
    phase: 'in all',
    report: {
      ...{ totals, resentBecause, reconciliation: { balances: true, lines: [] } },
      sentByKind: { first: of(({ report }) => report.sentByKind.first ?? 0) },
    },
    counted: of(({ counted }) => counted),
    leaves: of(({ leaves }) => leaves),
    records: of(({ records }) => records),
    seconds: of(({ seconds }) => seconds),
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
