/**
 * Which of several processes publishes a public log: one at a time leads, and others wait for their
 * turn.
 */
import type { PublishedBatch } from '../core/tally/published-batch.ts'

export interface LogLead {
  /** Begins to publish where no other process does. @returns whether it is this one now */
  readonly take: () => Promise<boolean>
  /** @throws where it is not this one any more */
  readonly confirm: () => Promise<void>
  /**
   * Keeps what a batch told of choices for every process.
   * @throws where this one publishes no more
   */
  readonly onBatch: (batch: PublishedBatch) => Promise<void>
  /**
   * Answers what was asked of the process that publishes.
   * @param amend publishes an amendment, the text of its entry
   */
  readonly answer: (amend: (text: string) => Promise<void>) => Promise<void>
}
