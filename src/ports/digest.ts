/**
 * Hashes and random bytes. Digests are latin1 strings, one character per byte: for a vote they cost
 * a third of a Buffer (docs/decisions/004-digests-as-latin1.md).
 */
declare const brand: unique symbol

/** SHA-256 of a voter key's text (core/election/credential.ts): 32 latin1 characters. */
export type Credential = string & { readonly [brand]: 'Credential' }
/**
 * SHA-256(election secret ‖ credential): 32 latin1 characters. The only trace of the voter in a
 * stored ballot.
 */
export type Tag = string & { readonly [brand]: 'Tag' }

export interface Digest {
  /** Returns the credential: SHA-256 of the UTF-8 text. */
  readonly credential: (text: string) => Credential
  /**
   * Returns the leaf hash (RFC 6962, section 2.1) of a leaf's text as base64url without padding, 43
   * characters.
   */
  readonly tracker: (leafText: string) => string
  /**
   * Returns the first 16 bytes of the SHA-256 of an idempotency key bound to the credential, as
   * latin1 (docs/protocol.md, "Idempotency").
   */
  readonly retryMark: (credential: Credential, idempotencyKey: string) => string
  /** Returns 16 random bytes as 32 lower-case hexadecimal digits. */
  readonly nonceHex: () => string
}
