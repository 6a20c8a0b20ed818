/** Recount: the result from the log alone. It must equal the live count byte for byte (invariant 8). */
import type { Election } from '../core/election/definition.ts'
import { pluralityTally } from '../core/tally/plurality.ts'
import { type ElectionResult, resultOf } from '../core/tally/result.ts'
import type { BallotLog } from '../ports/ballot-log.ts'

export async function recount(election: Election, log: Pick<BallotLog, 'replay'>): Promise<ElectionResult> {
  const tally = pluralityTally(election)
  for await (const groups of log.replay())
    for (const { district, choices, times } of groups) tally.fold(district, choices, times)
  return resultOf(election, tally)
}
