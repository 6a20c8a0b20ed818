/**
 * The metrics of several processes that answer at one port, as one: each figure is added up, or the
 * largest or smallest of them is taken, as its `aggregator` says. Whichever process is asked tells
 * of all.
 */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'
import type { TokenUses } from './access.ts'

/**
 * All metrics of one process, as the registry tells them: plain data, which goes from process to
 * process.
 */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[]

/** What a process that is one of several at one port has with the others. */
export interface FellowWorkers {
  /** Tells the others how often access tokens were used here. */
  readonly reportUses: (uses: TokenUses) => void
  readonly onUses: (told: (uses: TokenUses) => void) => void
  /** How this process tells its own. */
  readonly onAsked: (own: () => Promise<Figures>) => void
  /**
   * Of every process, this one's among them. @throws where the one that leads them does not answer
   */
  readonly all: () => Promise<readonly Figures[]>
}

/** In the text that Prometheus reads. */
export async function figuresAsText(all: readonly Figures[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics()
}

/**
 * What is kept of a process that has ended, so that no sum goes down: what it counted, and not how
 * it was.
 * @param before what was kept of others that ended earlier
 */
export async function countsOfEnded(before: Figures, last: Figures): Promise<Figures> {
  const counts = last.filter(
    ({ aggregator, type }) => aggregator === 'sum' && COUNTS.has(type as unknown as string),
  )
  return AggregatorRegistry.aggregate([[...before], counts]).getMetricsAsJSON()
}

/** The library's declarations number its types; its objects name them. */
const COUNTS: ReadonlySet<string> = new Set(['counter', 'histogram'])

/** Of the processes themselves. */
export function standingFigures({ wanted, ready, restarts }: Standing): Figures {
  return [
    figure('elections_workers', 'Processes that answer at this port now', 'gauge', ready),
    figure('elections_workers_wanted', 'Processes that are to answer there (--workers)', 'gauge', wanted),
    figure(
      'elections_worker_restarts_total',
      'Times one of them was started again since the server started',
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
  const told = { name, help, type, aggregator: 'first', values: [{ value, labels: {} }] }
  return told as unknown as Figures[number]
}
