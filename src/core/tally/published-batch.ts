/**
 * What a batch of the public log told of choices: what every public figure about them is made from
 * while voting is open.
 */
import type { Choices } from '../election/choices.ts'
import type { Hash } from '../tlog/merkle.ts'

/** Ballots that say the same. */
export interface PublishedGroup {
  readonly district: number
  readonly choices: Choices
  readonly times: number
}

/**
 * Told of every batch, once its checkpoint can be read, in the order of the batches; after a
 * restart those of the past again, each with its number, so that who has them passes over them. Not
 * where ballots are told as they come (live, k = 1).
 */
export interface PublishedBatch {
  /** Of the journal's batch. */
  readonly number: number
  /** Of the tree with it. */
  readonly size: number
  readonly root: Hash
  /** When it was decided, Unix milliseconds; null where the journal does not say. */
  readonly atMs: number | null
  /**
   * Ballots stored by then, those told and those held back; null where the batch told none, or that
   * is not known.
   */
  readonly stored: number | null
  /**
   * Nothing is held back any more, and nothing follows but the close: the count is that of all
   * stored ballots.
   */
  readonly complete: boolean
  /** What it told; left empty for results after the close, where that is everything stored. */
  readonly groups: readonly PublishedGroup[]
}
