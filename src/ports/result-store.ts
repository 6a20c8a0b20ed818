/**
 * Counts on their way from the tally engine to the gateways: read from `aggregated_votes`, stored,
 * shown.
 *
 * A count is absolute and never decreases: reading a message twice, or after a later one, changes
 * nothing.
 */
import type { MarksCount } from '../core/tally/marks-count.ts'

export interface StoredChanges {
  /** A reader that has applied these counts knows all counts up to this version. */
  readonly version: number
  readonly counts: readonly MarksCount[]
}

/** One election's counts, read side. */
export interface ResultStore {
  /**
   * Returns the counts that changed after a version; 0 returns all.
   * @throws if storage cannot be read
   */
  readonly changesSince: (version: number) => Promise<StoredChanges>
  /**
   * Returns the counts at the ends of past spans, oldest first, each with the counts that changed
   * in the span; `untilS` in Unix seconds.
   */
  readonly past: () => Promise<readonly { readonly untilS: number; readonly counts: readonly MarksCount[] }[]>
  /** Returns the Unix seconds of the spans' ends and the ballots counted by then, oldest first. */
  readonly turnout: () => Promise<readonly (readonly [number, number])[]>
  /** Registers a listener that is called when there may be changes, and sometimes without any. */
  readonly onChange: (listener: () => void) => void
  readonly close: () => Promise<void>
}

/** The offset of the next message to read, by partition. */
export type NextOffsets = ReadonlyMap<number, bigint>

export interface ElectionCounts {
  readonly election: string
  readonly counts: readonly MarksCount[]
}

/** The counts, write side, for the projector. */
export interface ResultSink {
  readonly nextOffsets: () => Promise<NextOffsets>
  /**
   * Stores counts and the offsets up to which they were read in one transaction. Counts of unknown
   * elections are ignored.
   * @returns false, and stores nothing, if another process has read further in the meantime: read
   *   the offsets again
   */
  readonly store: (
    counts: readonly ElectionCounts[],
    from: NextOffsets,
    to: NextOffsets,
    nowMs: number,
  ) => Promise<boolean>
}
