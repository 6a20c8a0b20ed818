/**
 * The choices that a batch of the public log published. While voting is open, all public figures
 * about choices are computed from these.
 */
import type { Choices } from '../election/choices.ts'
import type { Hash } from '../tlog/merkle.ts'

/** Ballots of the same district and choices. */
export interface PublishedGroup {
  readonly district: number
  readonly choices: Choices
  readonly times: number
}

/**
 * A batch, reported after its checkpoint is readable, in the order of the batches. After a restart,
 * past batches are reported again; their numbers let the receiver skip those it has. Elections that
 * publish each ballot as it comes (live, k = 1) report no batches.
 */
export interface PublishedBatch {
  /** The number of the journal's batch. */
  readonly number: number
  /** The size of the tree after the batch. */
  readonly size: number
  readonly root: Hash
  /** When the batch was decided, Unix milliseconds; null if the journal does not state it. */
  readonly atMs: number | null
  /**
   * Ballots stored by then, published and held; null if the batch published none, or if the number
   * is not known.
   */
  readonly stored: number | null
  /**
   * No ballots are held any more, and only the close follows: the count includes all stored
   * ballots.
   */
  readonly complete: boolean
  /**
   * The published ballots. Empty for results after the close, when these are all stored ballots.
   */
  readonly groups: readonly PublishedGroup[]
}
