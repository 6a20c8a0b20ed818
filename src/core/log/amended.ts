/** An election with the changes that the amendments of its public log made. */
import type { Election } from '../election/definition.ts'
import { parseRecord } from './record.ts'

/**
 * Applies the amendments of a log to its election (docs/protocol.md, "The public log").
 * @param records the texts of the log's entries that are not ballots, in order
 * @returns the changed election, and the number of keys issued so far
 */
export function amended(
  election: Election,
  records: readonly string[],
): { readonly election: Election; readonly keysIssued: number } {
  let closesAtMs = election.closesAtMs
  let keysIssued = 0
  for (const record of records.map(parseRecord)) {
    if (record.entry === 'genesis') keysIssued = record.roll.size
    if (record.entry !== 'amendment') continue
    if ('roll' in record.change) keysIssued = record.change.roll.size
    else closesAtMs = record.change.closesAtMs
  }
  return { election: { ...election, closesAtMs }, keysIssued }
}
