/**
 * Combines the metrics of several processes at one port: each figure is the sum, the largest or the
 * smallest, by its `aggregator`. Any of the processes can answer for all.
 */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'
import type { TokenUses } from './access.ts'

/**
 * All metrics of one process, as the registry returns them: plain data, which can be sent between
 * processes.
 */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[]

/** The connections of one of several processes at one port with the others. */
export interface FellowWorkers {
  /** Reports to the other processes how often access tokens were used here. */
  readonly reportUses: (uses: TokenUses) => void
  readonly onUses: (listener: (uses: TokenUses) => void) => void
  /** Registers how this process reports its own metrics. */
  readonly onAsked: (own: () => Promise<Figures>) => void
  /**
   * The metrics of every process, including this one.
   * @throws if the leading process does not answer
   */
  readonly all: () => Promise<readonly Figures[]>
}

/** In the text format that Prometheus reads. */
export async function figuresAsText(all: readonly Figures[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics()
}

/**
 * What is kept of a process after its end, so that no sum decreases: its counts, and not its state.
 * @param before what was kept of earlier processes
 */
export async function countsOfEnded(before: Figures, last: Figures): Promise<Figures> {
  const counts = last.filter(
    ({ aggregator, type }) => aggregator === 'sum' && COUNTS.has(type as unknown as string),
  )
  return AggregatorRegistry.aggregate([[...before], counts]).getMetricsAsJSON()
}

/** The library's declarations number its types; its objects name them. */
const COUNTS: ReadonlySet<string> = new Set(['counter', 'histogram'])

/** Metrics of the processes themselves. */
export function standingFigures({ wanted, ready, restarts }: Standing): Figures {
  return [
    figure('elections_workers', 'Processes that answer at this port now', 'gauge', ready),
    figure('elections_workers_wanted', 'Processes that should answer there (--workers)', 'gauge', wanted),
    figure(
      'elections_worker_restarts_total',
      'How often one of them was restarted since the server started',
      'counter',
      restarts,
    ),
  ]
}

export interface Standing {
  readonly wanted: number
  readonly ready: number
  readonly restarts: number
}

function figure(name: string, help: string, type: 'gauge' | 'counter', value: number): Figures[number] {
  const metric = { name, help, type, aggregator: 'first', values: [{ value, labels: {} }] }
  return metric as unknown as Figures[number]
}
