/**
 * The journal decides permanently which batches the public log consists of. A batch is stored here
 * before any of its tiles and its checkpoint, so that after a crash exactly the same batch is
 * computed again and the log never forks.
 *
 * The contract:
 * - `append` stores the batch that follows the last one; it is durable when the promise resolves. A
 *   number that is taken is refused with {@link BatchTaken}: if two publishers are started by
 *   mistake, one is stopped before it signs anything.
 * - If `append` fails otherwise, the batch may or may not be stored: the caller reads `last` again.
 */
import type { Hash } from '../core/tlog/merkle.ts'
import type { Position } from './ballot-source.ts'

export interface JournalBatch {
  /** 0, 1, 2, … without a gap; 0 is the genesis. */
  readonly number: number
  /** The text of its one entry if that is not a ballot; null for ballots. */
  readonly record: string | null
  /** Every ballot up to this position is in the public log, or held. */
  readonly upTo: Position
  /**
   * Whether held ballots were published regardless of the release rule, because voting had closed.
   */
  readonly everything: boolean
  /**
   * When the batch was decided, Unix milliseconds; null if that was not stored. Nothing in the
   * public log depends on it.
   */
  readonly atMs: number | null
  /** The size of the tree with this batch; every batch has at least one leaf. */
  readonly size: number
  readonly root: Hash
}

export interface LogJournal {
  readonly last: () => Promise<JournalBatch | undefined>
  /** Returns the batch with which the tree got this size. */
  readonly ofSize: (size: number) => Promise<JournalBatch | undefined>
  /** Yields batches in order, from a number on. */
  readonly batches: (from: number) => AsyncIterable<JournalBatch>
  /** Returns the batches whose entry is not a ballot, in order. */
  readonly records: () => Promise<readonly JournalBatch[]>
  /** @throws {BatchTaken} if there is a batch with this number */
  readonly append: (batch: JournalBatch) => Promise<void>
}

export class BatchTaken extends Error {
  override readonly name = 'BatchTaken'
}
