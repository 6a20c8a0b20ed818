/**
 * A Prometheus histogram of durations that are counted elsewhere: it is written out when it is
 * asked for, and costs nothing else.
 */
import type { Metric, Registry } from 'prom-client'
import { DURATION_BOUNDS_S, type Durations } from '../pipeline/timing.ts'

/** By election. */
export type DurationsNow = () => Iterable<readonly [election: string, Durations]>

export function durationMetric(registry: Registry, name: string, help: string, now: DurationsNow): void {
  const metric = {
    ...{ name, help, type: 'histogram', aggregator: 'sum' },
    get: async () => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: [...now()].flatMap(([election, durations]) => seriesOf(name, election, durations)),
    }),
  }
  // What the registry asks of a metric is its name and `get`; its own histogram cannot take counts
  // over.
  registry.registerMetric(metric as unknown as Metric)
}

function seriesOf(name: string, election: string, { counts, sumS }: Durations) {
  let sum = 0
  const buckets = [...counts].map((count, i) => {
    sum += count
    const le = DURATION_BOUNDS_S[i] ?? '+Inf'
    return { metricName: `${name}_bucket`, labels: { election, le }, value: sum }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { election }, value: sumS },
    { metricName: `${name}_count`, labels: { election }, value: sum },
  ]
}
