/**
 * The ballots as they are stored: append-only, the truth, replayable from zero.
 */
import type { Choices } from '../core/election/choices.ts'

/** Equal ballots of one stretch of the log, counted together. */
export interface BallotGroup {
  readonly district: number
  readonly choices: Choices
  readonly times: number
}

export interface BallotLog {
  /** Ballots stored and durable, as far as this process knows. */
  readonly length: () => number
  /**
   * Every ballot stored when the call began, each once, grouped stretch by stretch: no stretch is
   * held longer than needed.
   */
  readonly replay: () => AsyncIterable<readonly BallotGroup[]>
}

/** A log that has one order, kept by one process, which hears of every ballot as it is stored. */
export interface FollowedLog extends BallotLog {
  /** In log order; a stretch ends at each of `stops`, numbers of ballots in ascending order. */
  readonly replay: (stops?: readonly number[]) => AsyncIterable<readonly BallotGroup[]>
  /** Ballots per span of time: Unix seconds of each span's end, ballots in it, oldest first. */
  readonly turnout: () => readonly (readonly [number, number])[]
  /** Has every ballot stored from now on told to one follower. */
  readonly follow: (follower: LogFollower) => void
  /** Seconds in a span of {@link turnout}. */
  readonly turnoutSpanSeconds: number
  /** Unix seconds of the end of the span a moment falls in. */
  readonly spanEnd: (nowMs: number) => number
}

/** Told of ballots once they are durable and before anybody is answered, in log order. */
export type LogFollower = (
  ballots: readonly { readonly district: number; readonly choices: Choices }[],
) => void
