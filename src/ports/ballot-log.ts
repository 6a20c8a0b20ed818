/**
 * The ballot log: the stored ballots, append-only and authoritative. Everything else can be
 * computed from it.
 */
import type { Choices } from '../core/election/choices.ts'

/** Equal ballots of one stretch of the ballot log, counted together. */
export interface BallotGroup {
  readonly district: number
  readonly choices: Choices
  readonly times: number
}

export interface BallotLog {
  /** Returns the number of durable ballots, as far as this process knows. */
  readonly length: () => number
  /**
   * Yields every ballot that was stored when the call began, once, in groups per stretch. No
   * stretch stays in memory longer than needed.
   */
  readonly replay: () => AsyncIterable<readonly BallotGroup[]>
}

/** A ballot log with one order in one process, which can observe each ballot as it is stored. */
export interface FollowedLog extends BallotLog {
  /**
   * Yields ballots in log order; a stretch ends at each of `stops`, ascending numbers of ballots.
   */
  readonly replay: (stops?: readonly number[]) => AsyncIterable<readonly BallotGroup[]>
  /**
   * Returns the ballots per span of time: the Unix seconds of each span's end and its ballots,
   * oldest first.
   */
  readonly turnout: () => readonly (readonly [number, number])[]
  /** Passes every ballot that is stored from now on to one follower. */
  readonly follow: (follower: LogFollower) => void
  /** The length of a span of {@link turnout}, in seconds. */
  readonly turnoutSpanSeconds: number
  /** Returns the end of the span that a moment belongs to, Unix seconds. */
  readonly spanEnd: (nowMs: number) => number
}

/** Receives ballots in log order, after they are durable and before any voter is answered. */
export type LogFollower = (
  ballots: readonly { readonly district: number; readonly choices: Choices }[],
) => void
