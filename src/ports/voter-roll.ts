/** The voter roll: who may vote, known only by credentials. */
import type { Credential } from './digest.ts'

export interface VoterRoll {
  /** Keys issued per district, by district index. */
  readonly eligible: Float64Array
  /**
   * Returns the entry of a credential; undefined if it was never issued.
   * @throws if storage cannot be read
   */
  readonly find: (credential: Credential) => Promise<RollEntry | undefined>
}

export interface RollEntry {
  /** The index of the district in the election. */
  readonly district: number
  /** Whether a ballot was recorded, or is being recorded. */
  readonly used: boolean
}

/** A credential that is being added to a voter roll. */
export interface IssuedCredential {
  readonly credential: Credential
  readonly district: number
}
