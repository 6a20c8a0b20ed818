/**
 * The ballot log of a cluster, read side: records as they lie there, whoever wrote them. A tag's
 * records are all in one partition; each partition is read in its order, partitions among each
 * other in any.
 */
import { MAX_VOTE_RECORD_BYTES } from '../core/log/vote-record.ts'

export interface RawRecord {
  readonly partition: number
  readonly offset: number
  /** Whether the key belongs into this partition. */
  readonly isAtHome: boolean
  /** One character per byte; null where there is none. Cut off past {@link RAW_LIMIT_BYTES}. */
  readonly key: string | null
  readonly value: string | null
  /** Uncut. */
  readonly valueBytes: number
}

/** One more than the longest record that can be a ballot. */
export const RAW_LIMIT_BYTES = MAX_VOTE_RECORD_BYTES + 1

/** Per partition the offset to read next. */
export type Offsets = readonly number[]

export interface VotesReader {
  /**
   * From the given offsets, or from zero, to the ends as they are when the call is made, or up to
   * the offsets given.
   * @throws where the log cannot be read within a bound, or ends before these
   */
  readonly toEnd: (from?: Offsets, until?: Offsets) => AsyncIterable<readonly RawRecord[]>
  /** Per partition the offset after the last record that every copy has. @throws as `toEnd` does */
  readonly ends: () => Promise<Offsets>
  /** From the given offsets on and on, over outages, until the signal. */
  readonly follow: (from: Offsets | undefined, signal: AbortSignal) => AsyncIterable<readonly RawRecord[]>
  readonly close: () => Promise<void>
}
