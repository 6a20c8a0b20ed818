/**
 * Counts on their way from the tally engine to everybody: read from `aggregated_votes`, stored,
 * told.
 *
 * A count is absolute and never goes down: reading a message twice, or after a later one, changes
 * nothing.
 */
import type { MarksCount } from '../core/tally/marks-count.ts'

export interface StoredChanges {
  /** Counts of this version and all before it are known to whoever has applied these. */
  readonly version: number
  readonly counts: readonly MarksCount[]
}

/** One election's counts, read side. */
export interface ResultStore {
  /**
   * Counts that changed after a version; 0 is all of them. @throws where storage cannot be asked
   */
  readonly changesSince: (version: number) => Promise<StoredChanges>
  /**
   * Counts at the ends of past spans, oldest first, each with those that changed in it. Unix
   * seconds.
   */
  readonly past: () => Promise<readonly { readonly untilS: number; readonly counts: readonly MarksCount[] }[]>
  /** Unix seconds of spans' ends and ballots counted by then, oldest first. */
  readonly turnout: () => Promise<readonly (readonly [number, number])[]>
  /** Calls back when there may be changes, and now and then without. */
  readonly onChange: (listener: () => void) => void
  readonly close: () => Promise<void>
}

/** Offset of the next message to read, by partition. */
export type NextOffsets = ReadonlyMap<number, bigint>

export interface ElectionCounts {
  readonly election: string
  readonly counts: readonly MarksCount[]
}

/** Where the projector writes. */
export interface ResultSink {
  readonly nextOffsets: () => Promise<NextOffsets>
  /**
   * Stores counts and how far they were read, in one transaction: all of it or nothing. Counts of
   * elections not known are passed over.
   * @returns false, and stores nothing, where somebody else has read on meanwhile: ask for the
   *   offsets again
   */
  readonly store: (
    counts: readonly ElectionCounts[],
    from: NextOffsets,
    to: NextOffsets,
    nowMs: number,
  ) => Promise<boolean>
}
