/** The report of a simulation for people. */
import { REFUSALS, type RefusalCode } from '../core/election/refusal.ts'
import type { LatencyMs } from './latency.ts'
import { RESENT_IN_WORDS, type ResentBecause } from './lost-answer.ts'
import type { SheetLine } from './reconcile.ts'
import type { SimulationReport } from './run.ts'

/**
 * The most balanced lines of the balance sheet that are shown; lines that do not balance are always
 * shown.
 */
const BALANCED_LINES = 40

export function simulationTable(report: SimulationReport): string {
  const { totals, latency, reconciliation } = report
  const blocks = [
    [
      `Simulation of election "${report.election}", seed ` +
        `${report.seed}${report.interrupted ? ', interrupted' : ''}`,
    ],
    columns([
      ['Sent', count(totals.sent)],
      ['Accepted', count(totals.accepted)],
      ...Object.entries(totals.refused).map(
        ([code, times]): Row => [
          'Refused',
          count(times),
          `${code}: ${REFUSALS[code as RefusalCode].title.toLowerCase()}`,
        ],
      ),
      ...(totals.repeated > 0 ? [['Repeated', count(totals.repeated), 'the same receipt again'] as Row] : []),
      ...Object.entries(totals.strange).map(
        ([outcome, times]): Row => ['Unexpected answer', count(times), outcome],
      ),
      ['Unanswered', count(totals.unanswered)],
      ...(report.resent > 0 ? [['Sent again', count(report.resent), becauseInWords(report)] as Row] : []),
    ]),
    columns([
      ['Elapsed', `${(report.elapsedMs / 1000).toFixed(1)} s`],
      ['Requests', `${count(report.requestsPerSecond)}/s`],
      ['Accepted', `${count(report.acceptedPerSecond)}/s`],
    ]),
    latencyLines(latency),
    sheetLines(reconciliation.lines),
    [reconciliation.balances ? '✓ Everything balances.' : '✗ It does not balance.'],
  ]
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

/** Each cause with its count, the most frequent first. */
function becauseInWords({ resentBecause }: SimulationReport): string {
  const causes = Object.entries(resentBecause) as [ResentBecause, number][]
  const words = causes
    .sort((a, b) => b[1] - a[1])
    .map(([why, times]) => `${RESENT_IN_WORDS[why]}: ${count(times)}`)
  return words.join(', ')
}

type Row = readonly [name: string, figure: string, words?: string]

/** Names at the left, figures aligned at the right, words after them. */
function columns(rows: readonly Row[]): string[] {
  const nameWidth = Math.max(...rows.map(([name]) => name.length))
  const figureWidth = Math.max(...rows.map(([, figure]) => figure.length))
  return rows.map(([name, figure, words]) =>
    `  ${name.padEnd(nameWidth)}  ${figure.padStart(figureWidth)}  ${words ?? ''}`.trimEnd(),
  )
}

function latencyLines({ measuredFrom, accepted, all }: SimulationReport['latency']): string[] {
  const since =
    measuredFrom === 'scheduled' ? 'the moment each request was due' : 'the sending of each request'
  const title = `Latency in ms, from ${since} to its answer`
  const head = `${''.padEnd(16)}${['p50', 'p90', 'p99', 'max'].map((name) => name.padStart(10)).join('')}`
  const row = (name: string, { p50, p90, p99, max }: LatencyMs) =>
    `  ${name.padEnd(14)}${[p50, p90, p99, max].map((ms) => ms.toFixed(2).padStart(10)).join('')}`
  return [title, head, row('accepted votes', accepted), row('all requests', all)]
}

function sheetLines(lines: readonly SheetLine[]): string[] {
  const broken = lines.filter((line) => !line.balances)
  const shown = lines.length <= BALANCED_LINES ? lines : [...lines.slice(0, BALANCED_LINES), ...broken]
  const once = [...new Set(shown)]
  const width = Math.max(...once.map((line) => line.what.length))
  const out = once.map(({ what, expected, expectedAtMost, found, balances, note }) => {
    const wanted = expectedAtMost > expected ? `${count(expected)}–${count(expectedAtMost)}` : count(expected)
    const figures =
      balances && expectedAtMost === expected
        ? wanted
        : `${wanted} expected, ${found === null ? '?' : count(found)} found`
    return `  ${balances ? '✓' : '✗'} ${what.padEnd(width)}  ${figures}${note === null ? '' : `: ${note}`}`
  })
  const left = lines.length - once.length
  return ['Reconciliation', ...out, ...(left > 0 ? [`  … and ${count(left)} more lines, all balanced`] : [])]
}

function count(value: number): string {
  return value.toLocaleString('en')
}
