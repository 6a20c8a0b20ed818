/**
 * Latencies in a histogram of fixed size (HdrHistogram), three significant digits from a
 * microsecond up.
 */
import { build } from 'hdr-histogram-js'

const LONGEST_US = 3_600_000_000

export interface LatencyMs {
  readonly count: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

export interface LatencyRecorder {
  readonly record: (latencyMs: number) => void
  readonly summary: () => LatencyMs
}

export function latencyRecorder(): LatencyRecorder {
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  })
  return {
    record: (latencyMs) =>
      histogram.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(latencyMs * 1000)))),
    summary: () => ({
      count: histogram.totalCount,
      p50: histogram.getValueAtPercentile(50) / 1000,
      p90: histogram.getValueAtPercentile(90) / 1000,
      p99: histogram.getValueAtPercentile(99) / 1000,
      max: histogram.maxValue / 1000,
    }),
  }
}
