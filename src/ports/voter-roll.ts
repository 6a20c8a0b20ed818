/** Who may vote, known by credentials alone. */
import type { Credential } from './digest.ts'

export interface VoterRoll {
  /** Keys issued per district, by district index. */
  readonly eligible: Float64Array
  /**
   * What is known of a credential; undefined where it was never issued. @throws where storage
   * cannot be asked
   */
  readonly find: (credential: Credential) => Promise<RollEntry | undefined>
}

export interface RollEntry {
  /** Index into the election's districts. */
  readonly district: number
  /** Whether a ballot was recorded, or is being recorded. */
  readonly used: boolean
}

/** A credential on its way into a roll. */
export interface IssuedCredential {
  readonly credential: Credential
  readonly district: number
}
