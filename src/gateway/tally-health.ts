/**
 * Health and metrics of a process that only keeps Spark counting: the same paths and names as a
 * gateway's.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { PipelineSnapshot } from '../core/status/pipeline-snapshot.ts'
import type { HealthAnswers } from './health.ts'
import { tallyMetrics } from './pipeline-metrics.ts'

const JSON_TYPE = 'application/json'

type Counting = Pick<PipelineSnapshot, 'tally'>

/**
 * A count that lags or waits for Spark is no alarm: the process mends that itself, and to start it
 * again would not help.
 * @param counting of each election
 */
export function tallyHealth(
  counting: () => ReadonlyMap<string, Counting>,
  isStopping: () => boolean,
): HealthAnswers {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  tallyMetrics(registry, counting)
  return {
    '/healthz': async () => {
      const elections = [...counting()].map(([id, { tally }]) => ({ id, tally: tally?.state ?? null }))
      return { status: 200, type: JSON_TYPE, text: JSON.stringify({ status: 'ok', elections }) }
    },
    '/readyz': async () =>
      isStopping() ? 'stopping' : { status: 200, type: JSON_TYPE, text: JSON.stringify({ status: 'ready' }) },
    '/metrics': async () => ({
      status: 200,
      type: registry.contentType,
      text: await registry.metrics(),
    }),
  }
}
