/** Signatures on checkpoints: the log's own and its witnesses'. Ed25519 is handed in and may be asynchronous. No I/O. */
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { cosignatureClaims } from './cosignature.ts'
import { Malformed } from './malformed.ts'
import { type Claim, claimsOf, type Note, parseNote } from './note.ts'
import type { VerifierKey } from './note-key.ts'
import { utf8Text } from './utf8.ts'
import type { FindingList } from './verify-finding.ts'

/** Ed25519 (RFC 8032): whether the signature of 64 bytes is the key's over the message. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

export interface ReadCheckpoint {
  /** The whole signed note. */
  readonly text: string
  readonly note: Note
  readonly checkpoint: Checkpoint
}

export async function allHold(claims: readonly Claim[], verify: VerifyEd25519): Promise<boolean> {
  for (const { key, message, signature } of claims)
    if (!(await verify(key.publicKey, message, signature))) return false
  return true
}

/** @throws Malformed where it is no signed checkpoint */
export function readCheckpoint(bytes: Uint8Array): ReadCheckpoint {
  const text = utf8Text(bytes)
  const note = parseNote(text)
  return { text, note, checkpoint: parseCheckpoint(note.text) }
}

/** Whether the log's key has signed, and no signature in its name and key id is wrong. */
export async function isSignedBy(note: Note, key: VerifierKey, verify: VerifyEd25519): Promise<boolean> {
  const claims = claimsOf(note, [key])
  return claims.length > 0 && (await allHold(claims, verify))
}

/** Counts different witnesses with a good cosignature; a wrong one is a finding. */
export async function countCosignatures(
  note: Note,
  witnesses: readonly VerifierKey[],
  quorum: number,
  verify: VerifyEd25519,
  findings: FindingList,
): Promise<number> {
  const good = new Set<string>()
  for (const witness of witnesses) {
    try {
      for (const claim of cosignatureClaims(note, [witness])) {
        if (await verify(witness.publicKey, claim.message, claim.signature)) good.add(publicText(witness))
        else findings.add('cosignature-invalid', { path: 'checkpoint' }, witness.name)
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      findings.add('cosignature-invalid', { path: 'checkpoint' }, witness.name)
    }
  }
  if (good.size < quorum)
    findings.add('cosignatures-too-few', { path: 'checkpoint' }, `${good.size}, ${quorum} are asked for`)
  return good.size
}

/** A witness is its key: one key under two names is one witness. */
function publicText({ publicKey }: VerifierKey): string {
  return publicKey.join()
}
