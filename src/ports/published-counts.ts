/**
 * What is told of choices on a cluster: counted by whoever publishes the log, read by every
 * gateway.
 *
 * The contract:
 * - What `tell` stores and what `since` reads is one checkpoint's: its counts and its name, never
 *   half of two.
 * - Counts are absolute and never go down, and the checkpoint they belong to never goes back,
 *   whoever tells.
 * - Only the process that publishes tells; one that was relieved stores nothing
 *   ({@link BatchTaken}, ports/log-journal.ts).
 */
import type { DistrictCounts } from '../core/tally/district-counts.ts'

/** A checkpoint in place for readers, by its batch of the journal. */
export interface PublishedCheckpoint {
  readonly batch: number
  /** Of its tree. */
  readonly size: number
  readonly root: Uint8Array
  /** Ballots stored, told and held back, by the last batch that told any. */
  readonly stored: number
  /** Whether every ballot of the closed log is under it. */
  readonly complete: boolean
}

export interface PublishedCounts extends PublishedCheckpoint {
  /** Of every district that has changed since, at least. */
  readonly rows: readonly DistrictCounts[]
}

/**
 * The election at one checkpoint, per contest ballots, blank ones and votes per option, end to end.
 */
export interface PublishedTotals {
  /** Those told. */
  readonly ballots: number
  readonly totals: readonly number[]
}

interface Dated {
  /** Unix milliseconds: when the checkpoint was decided, moments before it was in place. */
  readonly atMs: number
}

export interface PublishedMoment extends PublishedTotals, Dated, Pick<PublishedCheckpoint, 'stored'> {}

/** One election's told counts, read side. */
export interface PublishedCountsStore {
  /**
   * @param batch of the checkpoint that the asker has the counts of; −1: it has none
   * @returns undefined where nothing has been told, not even of the genesis
   * @throws where storage cannot be asked
   */
  readonly since: (batch: number) => Promise<(PublishedCounts & Dated) | undefined>
  /**
   * Past checkpoints that told something, oldest first; some of them where there are many, the last
   * among them.
   */
  readonly past: () => Promise<readonly PublishedMoment[]>
  /**
   * The close of the log as its entry's text, once it is in the journal; whatever is held back or
   * told at once.
   */
  readonly close: () => Promise<string | undefined>
}

/** Where the publisher tells. */
export interface PublishedCountsSink {
  /** The batch that what is stored belongs to; undefined where nothing was told yet. */
  readonly publishedBatch: () => Promise<number | undefined>
  /**
   * @param all whether `counts.rows` are all there are, so that no other may be stored
   * @param totals null where the checkpoint told nothing new
   * @throws where another publishes, or what is stored is not of this log (core/log/broken-log.ts)
   */
  readonly tell: (counts: PublishedCounts, totals: PublishedTotals | null, all: boolean) => Promise<void>
}
