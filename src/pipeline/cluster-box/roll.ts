/** Who may vote, on a cluster: queries the keys' status (contract: ports/voter-roll.ts). */
import type { Credential, Tag } from '../../ports/digest.ts'
import type { KeyStatus } from '../../ports/key-status.ts'
import type { VoterRoll } from '../../ports/voter-roll.ts'

export interface ClusterRollDeps {
  readonly keys: Pick<KeyStatus, 'find'>
  readonly tagOf: (credential: Credential) => Tag
  /** Keys issued per district, by district index. */
  readonly eligible: Float64Array
}

export function clusterRoll({ keys, tagOf, eligible }: ClusterRollDeps): VoterRoll {
  return {
    eligible,
    find: async (credential) => {
      const key = await keys.find(tagOf(credential))
      return key && { district: key.district, used: key.taken }
    },
  }
}
