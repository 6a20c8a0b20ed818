/**
 * The metrics of several processes that answer at one port, as one: each figure is added up, or the largest or smallest
 * of them is taken, as its `aggregator` says. Whichever process is asked tells of all.
 */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'

/** All metrics of one process, as the registry tells them: plain data, which goes from process to process. */
export type Figures = readonly MetricObjectWithValues<MetricValue<string>>[]

/** What a process that is one of several has with the others. */
export interface FellowWorkers {
  /** How this process tells its own. */
  readonly onAsked: (own: () => Promise<Figures>) => void
  /** Of every process, this one's among them. @throws where the one that leads them does not answer */
  readonly all: () => Promise<readonly Figures[]>
}

/** In the text that Prometheus reads. */
export async function figuresAsText(all: readonly Figures[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics()
}

/**
 * What is kept of a process that has ended, so that no sum goes down: what it counted, and not how it was.
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

/** A gauge or counter of whoever leads the processes. */
export function figure(
  name: string,
  help: string,
  type: 'gauge' | 'counter',
  value: number,
): Figures[number] {
  const told = { name, help, type, aggregator: 'first', values: [{ value, labels: {} }] }
  return told as unknown as Figures[number]
}
