/**
 * How soon one batch of the count follows another. A batch costs Spark about as much with ten
 * ballots as with a thousand: under load fewer and larger ones leave the processor to the votes,
 * while it is quiet a vote is to be on the dashboard at once. No I/O.
 */
import { doublingMs } from '../../core/doubling.ts'
import type { QueryProgress } from './query-progress.ts'

export type Pace = 'quiet' | 'busy'

/** Milliseconds from the start of one batch to the next, if there is something to count. */
export const TRIGGER_MS: Readonly<Record<Pace, number>> = { quiet: 200, busy: 1_000 }

/**
 * Ballots a second from which on it is busy, and below which it is quiet: apart, so that it does
 * not swing.
 */
const BUSY_FROM = 500
const QUIET_BELOW = 100
/** How long it must have been so: changing the pace stops the count for a second or two. */
const BUSY_AFTER_MS = 1_500
/** The longer, the more often a load came back soon after a quiet time. */
const QUIET_AFTER = { firstMs: 2_000, mostMs: 32_000 } as const
/** A load that comes within this time of a quiet one's beginning has come back. */
const SOON_MS = 60_000

export interface PaceJudge {
  /** @returns the pace that fits, in view of one more report */
  readonly after: (progress: QueryProgress, nowMs: number) => Pace
  /** The count goes on at this pace, which another driver may have chosen. */
  readonly goes: (pace: Pace, nowMs: number) => void
}

export function paceJudge(): PaceJudge {
  let pace: Pace = 'quiet'
  /** Since when all reports have spoken for the other pace. */
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
 * Whether a report speaks for the other pace. One of a count that catches up speaks for none: its
 * batches are full.
 */
function speaksFor({ inputRowsPerSecond, recordsBehind }: QueryProgress, pace: Pace): boolean {
  if (inputRowsPerSecond === null || recordsBehind === null || recordsBehind > 0) return false
  return pace === 'quiet' ? inputRowsPerSecond >= BUSY_FROM : inputRowsPerSecond < QUIET_BELOW
}
