/** Who may vote, known by credentials alone. */
import type { Credential } from './digest.ts'

export interface VoterRoll {
  /** Keys issued per district, by district index. */
  readonly eligible: Float64Array
  /** The district of an issued credential, or undefined. */
  readonly districtOf: (credential: Credential) => number | undefined
}

/** A credential on its way into a roll. */
export interface IssuedCredential {
  readonly credential: Credential
  readonly district: number
}
