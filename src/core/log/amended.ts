/** An election as the amendments of its public log have changed it. */
import type { Election } from '../election/definition.ts'
import { parseRecord } from './record.ts'

/** The election with what amendments have changed, and the keys issued by now. */
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
