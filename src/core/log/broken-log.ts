/** The error that permanently stops the publishing of a log. */
import { Fault } from '../fault.ts'

/**
 * Thrown if journal, folder and ballots of a public log contradict each other. Publishing further
 * would fork the log. The program repairs nothing.
 */
export class BrokenLog extends Fault<'broken-records'> {
  constructor(what: string, options?: ErrorOptions) {
    super('broken-records', { what }, options)
  }
}
