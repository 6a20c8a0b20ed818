/** A recount of one election, limited to what may be shown now. */
import { electionDir } from '../adapters/embedded/layout.ts'
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import type { Lots } from '../core/tally/contest-outcome.ts'
import { type ShownResult, shownResult } from '../core/tally/shown.ts'
import { certifiedLots } from './certified-lots.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { NotYet } from './not-yet.ts'
import { chosenElection, recountFolder } from './recount.ts'

export interface ShownCount {
  readonly election: Election
  readonly phase: Phase
  /** Keys issued per district, late voters included. */
  readonly eligible: Float64Array
  readonly result: ShownResult
  /** What lots decided, from the election's certification. */
  readonly lots: Lots
  /** Why the certification is ignored; null otherwise. */
  readonly certificationIgnored: string | null
}

/**
 * @param id the election; the folder's default one if left out
 * @param cluster the cluster with its ballots; null for the data folder
 * @throws {NotYet} if results show after the close and not every ballot is published
 * (docs/invariants.md, "Groups of k"); {BadInput} if there is no such election
 */
export async function recountShown(
  dataDir: string,
  id: string | undefined,
  cluster: ClusterAddresses | null = null,
): Promise<ShownCount> {
  const chosen = chosenElection(dataDir, id)
  const { election, counts, published, eligible, issued, phase, certification } = cluster
    ? await (await import('./cluster/recounted-cluster.ts')).recountCluster(dataDir, chosen, cluster)
    : await recountFolder(dataDir, chosen)
  const shown = shownResult(election, { phase, issued, stored: counts, published })
  if (shown === null) throw new NotYet(election, phase, counts.ballots())
  const dir = electionDir(dataDir, chosen)
  const document = phase === 'closed' ? certification : undefined
  const { lots, ignored } = await certifiedLots(dir, chosen, document, shown)
  return { election, phase, eligible, result: shown, lots, certificationIgnored: ignored }
}
