/**
 * Hashes and random bytes. Digests are latin1 strings, one character per byte: on the way of a vote
 * they cost a third of a Buffer (docs/decisions/004-digests-as-latin1.md).
 */
declare const brand: unique symbol

/** SHA-256 of a voter key's text (core/election/credential.ts): 32 latin1 characters. */
export type Credential = string & { readonly [brand]: 'Credential' }
/**
 * SHA-256(election secret ‖ credential): 32 latin1 characters. All a ballot row carries of its
 * voter.
 */
export type Tag = string & { readonly [brand]: 'Tag' }

export interface Digest {
  /** The credential behind UTF-8 text. */
  readonly credential: (text: string) => Credential
  /** The RFC 6962 leaf hash of leaf text, base64url without padding, 43 characters. */
  readonly tracker: (leafText: string) => string
  /**
   * First 16 bytes of the SHA-256 of an idempotency key, bound to the credential, 16 latin1
   * characters.
   */
  readonly retryMark: (credential: Credential, idempotencyKey: string) => string
  /** 16 random bytes as 32 lower-case hexadecimal digits. */
  readonly nonceHex: () => string
}
