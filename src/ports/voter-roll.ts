/** Who may vote, known by credentials alone. */
import type { Credential } from './digest.ts'

export interface VoterRoll {
  /** Keys issued per district, by district index. */
  readonly eligible: Float64Array
  /** The district of an issued credential, or undefined. */
  readonly districtOf: (credential: Credential) => number | undefined
  /** Whether a ballot was recorded, or is being recorded, for an issued credential. */
  readonly isUsed: (credential: Credential) => boolean
}

/** A credential on its way into a roll. */
export interface IssuedCredential {
  readonly credential: Credential
  readonly district: number
}
