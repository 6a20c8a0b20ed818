/**
 * The stored ballots as the public log is made of them: in an order that never changes, from any
 * position on.
 *
 * The contract:
 * - A position is opaque text: embedded it is the number of a ballot, on Kafka an offset per
 *   partition. Ballots after it and up to another are the same ones, whenever they are asked for;
 *   where several partitions hold them, those of different partitions in any order, which a batch
 *   puts right.
 * - Every ballot is read once: a record that storage holds twice (a send that was repeated) is
 *   passed over the second time.
 * - Only durable ballots are read, whoever stored them.
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
   * Ballots after `from`, stretch by stretch, none of them held longer than needed.
   * @param to where to end; null: with the last one stored when the call began
   * @throws where storage cannot be read
   */
  readonly read: (from: Position, to: Position | null) => AsyncIterable<BallotStretch>
  /**
   * How many ballots are stored after a position, or more where that costs a reading; negative
   * where storage ends before it.
   */
  readonly countAfter: (position: Position) => Promise<number>
}
