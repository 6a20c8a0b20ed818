/** A recount of one election, as far as it may be shown now. */
import { electionDir } from '../adapters/embedded/layout.ts'
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import type { Lots } from '../core/tally/contest-outcome.ts'
import { type ShownResult, shownResult } from '../core/tally/shown.ts'
import { certifiedLots } from './certified-lots.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { NotYet } from './not-yet.ts'
import { chosenElection, recountFolder } from './recount.ts'

/** A recount, as far as it may be shown. */
export interface ShownCount {
  readonly election: Election
  readonly phase: Phase
  /** Keys issued per district by now. */
  readonly eligible: Float64Array
  readonly result: ShownResult
  /** What lots have chosen, as the election's certification says. */
  readonly lots: Lots
  /** Why the certification there is not gone by; null where it is, or there is none. */
  readonly certificationIgnored: string | null
}

/**
 * @param id the election; the folder's default one where it is left out
 * @param cluster where its ballots lie; null for the data folder
 * @throws {NotYet} where results are for after the close, and the public log has not told every
 *   ballot (docs/invariants.md, "Groups of k"); {BadInput} where there is no such election
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
