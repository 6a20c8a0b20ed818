/**
 * Ballot style: from a voter's key to the contests it entitles to, or the refusal that casting
 * would meet with now, in the same order. It marks nothing as used. No I/O of its own.
 */
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { Election } from '../core/election/definition.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Digest } from '../ports/digest.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'

export interface BallotStyle {
  /** The district's id. */
  readonly district: string
  /** Contest ids, in the order of the definition. */
  readonly contests: readonly string[]
}

export interface BallotStyleDeps {
  readonly election: Election
  readonly roll: VoterRoll
  readonly digest: Pick<Digest, 'credential'>
  /** What a new ballot gets now: null while voting is open. */
  readonly refusal: () => RefusalCode | null
}

export type BallotStyleStep = (personalId: string, guid: string) => Promise<BallotStyle | RefusalCode>

export function ballotStyleStep({ election, roll, digest, refusal }: BallotStyleDeps): BallotStyleStep {
  const prefix = credentialPrefix(election.id)
  return async (personalId, guid) => {
    const credential = digest.credential(credentialText(prefix, personalId, guid))
    const entry = await roll.find(credential)
    if (entry === undefined) return 'unknown-key'
    const { district, used } = entry
    if (used) return 'key-already-used'
    const refused = refusal()
    if (refused !== null) return refused
    const carried = election.contests.filter(({ districts }) => districts === null || districts.has(district))
    return { district: election.districts[district]!.id, contests: carried.map(({ id }) => id) }
  }
}
