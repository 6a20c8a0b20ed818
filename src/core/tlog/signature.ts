/** Verifies signatures on a note, also asynchronously. */
import { type Claim, claimsOf, type Note } from './note.ts'
import type { VerifierKey } from './note-key.ts'

/**
 * Verifies Ed25519 (RFC 8032, section 5.1.7): whether the key made the signature of 64 bytes over
 * the message.
 */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

/** @returns whether every claim holds; true for no claims */
export async function allHold(claims: readonly Claim[], verify: VerifyEd25519): Promise<boolean> {
  for (const { key, message, signature } of claims)
    if (!(await verify(key.publicKey, message, signature))) return false
  return true
}

/**
 * @returns whether the key has signed the note, and no signature with its name and key id is wrong
 *   (C2SP signed-note)
 */
export async function isSignedBy(note: Note, key: VerifierKey, verify: VerifyEd25519): Promise<boolean> {
  const claims = claimsOf(note, [key])
  return claims.length > 0 && (await allHold(claims, verify))
}
