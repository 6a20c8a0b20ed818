/**
 * Recount: the counts from the log alone. They must equal the live count's byte for byte
 * (docs/invariants.md, "Same log, same result").
 */
import type { Election } from '../core/election/definition.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import type { BallotLog } from '../ports/ballot-log.ts'

export async function recount(election: Election, log: Pick<BallotLog, 'replay'>): Promise<TallyCounts> {
  const tally = pluralityTally(election)
  for await (const groups of log.replay())
    for (const { district, choices, times } of groups) tally.fold(district, choices, times)
  return tally
}
