/**
 * The published counts on a cluster: the process that publishes the log counts, every gateway
 * reads.
 *
 * The contract:
 * - What `tell` stores and `since` returns belongs to one checkpoint: its counts and its name,
 *   never parts of two.
 * - Counts are absolute and never decrease, and the checkpoint they belong to never goes back,
 *   whichever process stores them.
 * - Only the process that publishes stores counts; one that lost the lead stores nothing ({@link
 *   BatchTaken}, ports/log-journal.ts).
 */
import type { DistrictCounts } from '../core/tally/district-counts.ts'

/** A checkpoint that readers can see, by its batch of the journal. */
export interface PublishedCheckpoint {
  readonly batch: number
  /** The size of its tree. */
  readonly size: number
  readonly root: Uint8Array
  /** Ballots stored, published and held, at the last batch that published any. */
  readonly stored: number
  /** Whether it includes every ballot of the closed log. */
  readonly complete: boolean
}

export interface PublishedCounts extends PublishedCheckpoint {
  /** The rows of at least every district that has changed since. */
  readonly rows: readonly DistrictCounts[]
}

/**
 * The totals of the election at one checkpoint: per contest ballots, blank ballots and votes per
 * option, in one list.
 */
export interface PublishedTotals {
  /** The number of ballots published. */
  readonly ballots: number
  readonly totals: readonly number[]
}

interface Dated {
  /** When the checkpoint was decided, Unix milliseconds; it is visible moments later. */
  readonly atMs: number
}

export interface PublishedMoment extends PublishedTotals, Dated, Pick<PublishedCheckpoint, 'stored'> {}

/** The published counts of one election, read side. */
export interface PublishedCountsStore {
  /**
   * @param batch the batch of the checkpoint whose counts the caller has; −1 for none
   * @returns the counts since then; undefined if nothing is stored, not even for the genesis
   * @throws if storage cannot be read
   */
  readonly since: (batch: number) => Promise<(PublishedCounts & Dated) | undefined>
  /**
   * Returns past checkpoints that published ballots, oldest first. If there are many, returns some
   * of them, and always the last.
   */
  readonly past: () => Promise<readonly PublishedMoment[]>
  /** Returns the text of the log's close, once it is in the journal; undefined before that. */
  readonly close: () => Promise<string | undefined>
}

/** The published counts, write side. */
export interface PublishedCountsSink {
  /** Returns the batch that the stored counts belong to; undefined if nothing is stored. */
  readonly publishedBatch: () => Promise<number | undefined>
  /**
   * Stores the counts of a checkpoint.
   * @param all whether `counts.rows` are the rows of all districts, so that all others are removed
   * @param totals null if the checkpoint published no ballots
   * @throws if another process publishes, or the stored counts belong to another log
   *   (core/log/broken-log.ts)
   */
  readonly tell: (counts: PublishedCounts, totals: PublishedTotals | null, all: boolean) => Promise<void>
}
