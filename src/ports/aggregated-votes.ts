/** The tally engine's counts as messages, in each partition's order. */
import type { NextOffsets } from './result-store.ts'

export interface AggregatedBatch {
  readonly messages: readonly { readonly partition: number; readonly offset: bigint; readonly text: string }[]
  /** Offset of the next message to read, of the partitions the batch has messages of. */
  readonly next: NextOffsets
}

export interface AggregatedVotes {
  /**
   * Messages from the given offsets on, of partitions without one from the first, until the signal;
   * batches as they come.
   * @throws where the brokers cannot be reached; the caller tries again
   */
  readonly read: (from: NextOffsets, signal: AbortSignal) => AsyncIterable<AggregatedBatch>
}
