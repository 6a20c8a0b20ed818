/**
 * Decides which of several processes publishes a public log: one at a time leads, and the others
 * wait.
 */
import type { PublishedBatch } from '../core/tally/published-batch.ts'

export interface LogLead {
  /**
   * Takes the lead if no other process has it.
   * @returns whether this process leads now
   */
  readonly take: () => Promise<boolean>
  /** @throws if this process no longer leads */
  readonly confirm: () => Promise<void>
  /**
   * Stores the choices that a batch published, for every process.
   * @throws if this process no longer leads
   */
  readonly onBatch: (batch: PublishedBatch) => Promise<void>
  /**
   * Answers the requests to the process that publishes.
   * @param amend publishes an amendment; its argument is the text of the entry
   */
  readonly answer: (amend: (text: string) => Promise<void>) => Promise<void>
}
