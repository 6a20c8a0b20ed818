/** Whether signatures on a note hold. Ed25519 is handed in and may be asynchronous. */
import { type Claim, claimsOf, type Note } from './note.ts'
import type { VerifierKey } from './note-key.ts'

/** Ed25519 (RFC 8032): whether the signature of 64 bytes is the key's over the message. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

export async function allHold(claims: readonly Claim[], verify: VerifyEd25519): Promise<boolean> {
  for (const { key, message, signature } of claims)
    if (!(await verify(key.publicKey, message, signature))) return false
  return true
}

/** Whether the log's key has signed, and no signature in its name and key id is wrong. */
export async function isSignedBy(note: Note, key: VerifierKey, verify: VerifyEd25519): Promise<boolean> {
  const claims = claimsOf(note, [key])
  return claims.length > 0 && (await allHold(claims, verify))
}
