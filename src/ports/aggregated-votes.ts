/**
 * The tally engine's counts as messages, in the order of each partition (docs/protocol.md,
 * "Aggregated votes").
 */
import type { NextOffsets } from './result-store.ts'

export interface AggregatedBatch {
  readonly messages: readonly { readonly partition: number; readonly offset: bigint; readonly text: string }[]
  /** The offset of the next message to read, for each partition with messages in the batch. */
  readonly next: NextOffsets
}

export interface AggregatedVotes {
  /**
   * Yields batches of messages as they arrive, until the signal.
   * @param from the offsets to start at; a partition without one is read from its first message
   * @throws if the brokers cannot be reached; the caller tries again
   */
  readonly read: (from: NextOffsets, signal: AbortSignal) => AsyncIterable<AggregatedBatch>
}
