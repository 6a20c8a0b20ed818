/**
 * How soon one batch of the count follows another. A batch costs Spark about as much with ten
 * ballots as with a thousand. So under load batches are fewer and larger, which leaves the
 * processor to the votes. In quiet times they are frequent, so that a vote is on the dashboard at
 * once.
 */
import { doublingMs } from '../../core/doubling.ts'
import type { QueryProgress } from './query-progress.ts'

export type Pace = 'quiet' | 'busy'

/** Milliseconds from the start of one batch to the next, if there is something to count. */
export const TRIGGER_MS: Readonly<Record<Pace, number>> = { quiet: 200, busy: 1_000 }

/**
 * The pace is busy from this number of ballots a second on, and quiet below the other. They differ,
 * so that the pace does not change to and fro.
 */
const BUSY_FROM = 500
const QUIET_BELOW = 100
/** How long the load must last: a change of pace stops the count for 0.5 to 2.3 s. */
const BUSY_AFTER_MS = 1_500
/** Grows each time that a load comes back soon after a quiet time. */
const QUIET_AFTER = { firstMs: 2_000, mostMs: 32_000 } as const
/** A load that comes within this time after the start of the quiet pace has come back. */
const SOON_MS = 60_000

export interface PaceJudge {
  /** @returns the pace that fits after one more report */
  readonly after: (progress: QueryProgress, nowMs: number) => Pace
  /** Notes that the count continues at this pace, which another driver may have chosen. */
  readonly goes: (pace: Pace, nowMs: number) => void
}

export function paceJudge(): PaceJudge {
  let pace: Pace = 'quiet'
  /** The time since which all reports call for the other pace. */
  let sinceMs: number | undefined
  /** Loads in a row that came back soon. */
  let returns = 0
  let quietFromMs = Number.NEGATIVE_INFINITY
  return {
    after: (progress, nowMs) => {
      if (speaksFor(progress, pace)) sinceMs ??= nowMs
      else sinceMs = undefined
      const afterMs = pace === 'quiet' ? BUSY_AFTER_MS : doublingMs(returns, QUIET_AFTER)
      return sinceMs !== undefined && nowMs - sinceMs >= afterMs ? other(pace) : pace
    },
    goes: (now, nowMs) => {
      if (now !== pace && now === 'quiet') quietFromMs = nowMs
      if (now !== pace && now === 'busy') returns = nowMs - quietFromMs < SOON_MS ? returns + 1 : 0
      pace = now
      sinceMs = undefined
    },
  }
}

const other = (pace: Pace): Pace => (pace === 'quiet' ? 'busy' : 'quiet')

/**
 * Returns whether a report calls for the other pace. While the count catches up it calls for none,
 * because its batches are full.
 */
function speaksFor({ inputRowsPerSecond, recordsBehind }: QueryProgress, pace: Pace): boolean {
  if (inputRowsPerSecond === null || recordsBehind === null || recordsBehind > 0) return false
  return pace === 'quiet' ? inputRowsPerSecond >= BUSY_FROM : inputRowsPerSecond < QUIET_BELOW
}
