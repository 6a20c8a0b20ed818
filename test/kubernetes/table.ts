/** The run's table in Markdown, one row per phase. */
import type { ResentBecause } from '../../src/simulator/lost-answer.ts'
import type { SimulationReport } from '../../src/simulator/run.ts'

export interface Row {
  readonly phase: string
  readonly report: Pick<SimulationReport, 'totals' | 'sentByKind' | 'resentBecause' | 'reconciliation'>
  /** Growth of the gateways' count, in ballots. */
  readonly counted: number
  /**
   * Growth of the log in leaves, and how many of them are not ballots: the genesis, extensions.
   */
  readonly leaves: number
  readonly records: number
  readonly seconds: number
}

/**
 * Outcomes that are not failures: the client repeats the request with its Idempotency-Key.
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

/** The last row: the certified result, and how long certifying took. */
export interface CertifiedRow {
  /** From the certification. */
  readonly ballots: number
  /** Acknowledged ballots that are exactly one leaf of the log. */
  readonly leaves: number
  readonly seconds: number
}

const CERTIFIED = 'certified in a results pod'
/** The cells for requests and answers. */
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
 * Answers that must not occur: truncated, later than the client's timeout, 5xx without
 * `Retry-After`.
 */
function others({ totals, resentBecause }: Row['report']): number {
  const again = Object.entries(resentBecause).filter(([why]) => !REPEATABLE.includes(why as ResentBecause))
  return sum([...again.map(([, times]) => times), ...Object.values(totals.strange), totals.unanswered])
}

/** Returns what is wrong with a row, in words; empty if nothing is. */
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
