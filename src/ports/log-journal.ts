/**
 * Which batches the public log consists of, decided once and for good: a batch is written down here
 * before any of its tiles or its checkpoint is, so that after a crash the very same batch is made
 * again and the log never forks.
 *
 * The contract:
 * - `append` takes the batch that follows the last one, durable when it resolves; a number that is
 *   taken is refused with {@link BatchTaken}: of two publishers started by mistake one is stopped
 *   before it signs anything.
 * - Where `append` fails otherwise, nobody knows whether the batch is there: the caller reads
 *   `last` again.
 */
import type { Hash } from '../core/tlog/merkle.ts'
import type { Position } from './ballot-source.ts'

export interface JournalBatch {
  /** 0, 1, 2, … without a gap; 0 is the genesis. */
  readonly number: number
  /** The text of its one entry where it is no ballot; null for ballots. */
  readonly record: string | null
  /** Every ballot up to here is in the log, or held back. */
  readonly upTo: Position
  /** Whether held ballots were told whatever the rule says: voting had closed. */
  readonly everything: boolean
  /**
   * When it was decided, Unix milliseconds; null where that was not written down. Nothing of the
   * log depends on it.
   */
  readonly atMs: number | null
  /** Of the tree with this batch; every batch has a leaf. */
  readonly size: number
  readonly root: Hash
}

export interface LogJournal {
  readonly last: () => Promise<JournalBatch | undefined>
  /** The batch with which the tree got this size. */
  readonly ofSize: (size: number) => Promise<JournalBatch | undefined>
  /** Batches in order, from a number on. */
  readonly batches: (from: number) => AsyncIterable<JournalBatch>
  /** Those that are no ballots, in order. */
  readonly records: () => Promise<readonly JournalBatch[]>
  /** @throws {BatchTaken} */
  readonly append: (batch: JournalBatch) => Promise<void>
}

export class BatchTaken extends Error {
  override readonly name = 'BatchTaken'
}
