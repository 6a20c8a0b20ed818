/**
 * The stored ballots for the public log: in an order that never changes, readable from any
 * position.
 *
 * The contract:
 * - A position is opaque text: a ballot's number on one machine, an offset per partition on Kafka.
 *   The ballots between two positions are always the same. Ballots of different partitions may be
 *   read in any order; the batch sorts them.
 * - Every ballot is read once: a record that storage has twice (a repeated send) is skipped the
 *   second time.
 * - Only durable ballots are read, whichever process stored them.
 */
import type { BallotColumns } from '../core/log/release-rule.ts'

export type Position = string

export interface BallotStretch extends BallotColumns {
  /** The position after its last ballot. */
  readonly upTo: Position
}

export interface BallotSource {
  /** The position before the first ballot. */
  readonly start: Position
  /**
   * Yields the ballots after `from` in stretches, none of which stays in memory longer than needed.
   * @param to the position to end at; null for the last ballot that was stored when the call began
   * @throws if storage cannot be read
   */
  readonly read: (from: Position, to: Position | null) => AsyncIterable<BallotStretch>
  /**
   * Returns the number of ballots stored after a position. It may be too high if the exact number
   * needs a read of the storage. Negative if the storage ends before the position.
   */
  readonly countAfter: (position: Position) => Promise<number>
}
