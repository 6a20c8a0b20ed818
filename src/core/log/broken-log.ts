/** What ends the publishing of a log for good. */
import { Fault } from '../fault.ts'

/**
 * Journal, folder and ballots of a public log contradict each other: to go on would be to fork it.
 * Nothing is repaired.
 */
export class BrokenLog extends Fault<'broken-records'> {
  constructor(what: string, options?: ErrorOptions) {
    super('broken-records', { what }, options)
  }
}
