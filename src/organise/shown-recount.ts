/** A recount of one election, as far as it may be shown now. */
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import { type ShownResult, shownResult } from '../core/tally/shown.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { recountCluster } from './cluster/recounted-cluster.ts'
import { NotYet } from './not-yet.ts'
import { chosenElection, recountFolder } from './recount.ts'

/** A recount, as far as it may be shown. */
export interface ShownCount {
  readonly election: Election
  readonly phase: Phase
  /** Keys issued per district by now. */
  readonly eligible: Float64Array
  readonly result: ShownResult
}

/**
 * @param id the election; the folder's default one where it is left out
 * @param cluster where its ballots lie; null for the data folder
 * @throws {NotYet} where results are for after the close, and the public log has not told every ballot
 *   (docs/invariants.md, "Groups of k"); {BadInput} where there is no such election
 */
export async function recountShown(
  dataDir: string,
  id: string | undefined,
  cluster: ClusterAddresses | null = null,
): Promise<ShownCount> {
  const chosen = chosenElection(dataDir, id)
  const { election, counts, told, eligible, issued, phase } = cluster
    ? await recountCluster(dataDir, chosen, cluster)
    : await recountFolder(dataDir, chosen)
  const shown = shownResult(election, { phase, issued, stored: counts, told })
  if (shown === null) throw new NotYet(election, phase, counts.ballots())
  return { election, phase, eligible, result: shown }
}
