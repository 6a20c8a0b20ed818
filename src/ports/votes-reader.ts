/**
 * The read side of a cluster's ballot log: records as they are stored, whichever process wrote
 * them. All records of a tag are in one partition. Each partition is read in its order; different
 * partitions in any order.
 */
import { MAX_VOTE_RECORD_BYTES } from '../core/log/vote-record.ts'

export interface RawRecord {
  readonly partition: number
  readonly offset: number
  /** Whether this is the partition that belongs to the key. */
  readonly isAtHome: boolean
  /** One character per byte; null if the record has none. Cut after {@link RAW_LIMIT_BYTES}. */
  readonly key: string | null
  readonly value: string | null
  /** The length before it was cut, in bytes. */
  readonly valueBytes: number
}

/** One byte more than the longest record that can be a ballot. */
export const RAW_LIMIT_BYTES = MAX_VOTE_RECORD_BYTES + 1

/** For each partition the offset to read next. */
export type Offsets = readonly number[]

export interface VotesReader {
  /**
   * Yields records up to the ends at the time of the call, or up to `until`.
   * @param from the offsets to start at (default: all 0)
   * @throws if the ballot log cannot be read within a bound, or ends before these offsets
   */
  readonly toEnd: (from?: Offsets, until?: Offsets) => AsyncIterable<readonly RawRecord[]>
  /**
   * Returns for each partition the offset after the last record that every copy has.
   * @throws as `toEnd` does
   */
  readonly ends: () => Promise<Offsets>
  /** Yields records from the given offsets on, continues after outages, and ends at the signal. */
  readonly follow: (from: Offsets | undefined, signal: AbortSignal) => AsyncIterable<readonly RawRecord[]>
  readonly close: () => Promise<void>
}
