/** A recount of one election, as far as it may be shown now. */
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import { type ShownResult, shownResult } from '../core/tally/shown.ts'
import { type ClusterOptions, clusterAddresses } from './cluster/addresses.ts'
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

export interface RecountOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
}

/**
 * @throws {NotYet} where results are for after the close, and the public log has not told every ballot
 *   (docs/invariants.md, "Groups of k")
 */
export async function recountShown(options: RecountOptions): Promise<ShownCount> {
  const id = chosenElection(options.data, options.election)
  const { election, counts, told, eligible, issued, phase } = options.cluster
    ? await recountCluster(options.data, id, clusterAddresses(options))
    : await recountFolder(options.data, id)
  const shown = shownResult(election, { phase, issued, stored: counts, told })
  if (shown === null) throw new NotYet(election, phase, counts.ballots())
  return { election, phase, eligible, result: shown }
}
