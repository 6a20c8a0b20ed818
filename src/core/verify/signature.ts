/**
 * Checkpoints and the signatures on them: the log's own and its witnesses'. Ed25519 is handed in
 * and may be asynchronous.
 */
import { MOST_CHECKPOINT_BYTES } from '../log/resource-bounds.ts'
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { cosignatureClaims } from '../tlog/cosignature.ts'
import { Malformed } from '../tlog/malformed.ts'
import { type Note, parseNote } from '../tlog/note.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { isPossibleCosigning } from './clock.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import { addedUp, type Found, NOTHING, wrong } from './found.ts'
import type { LogReader } from './range.ts'

export interface ReadCheckpoint {
  /** The whole signed note. */
  readonly text: string
  readonly note: Note
  readonly checkpoint: Checkpoint
}

/** @throws Malformed where it is no signed checkpoint */
export function readCheckpoint(bytes: Uint8Array): ReadCheckpoint {
  const text = utf8Text(bytes)
  const note = parseNote(text)
  return { text, note, checkpoint: parseCheckpoint(note.text) }
}

export interface CountedCosignatures extends Found {
  /** Different witnesses with a good cosignature. */
  readonly good: number
  /** The earliest of these, Unix milliseconds; Infinity where there is none. */
  readonly firstMs: number
}

/**
 * Counts different witnesses with a good cosignature; a wrong one, or one of an impossible time, is
 * a finding.
 */
export async function countCosignatures(
  note: Note,
  witnesses: readonly VerifierKey[],
  quorum: number,
  verify: VerifyEd25519,
  nowMs: number,
): Promise<CountedCosignatures> {
  const findings: Finding[] = []
  const add = (code: FindingCode, detail: string) =>
    findings.push(finding(code, { path: 'checkpoint' }, detail))
  const good = new Set<string>()
  let firstMs = Number.POSITIVE_INFINITY
  for (const witness of witnesses) {
    try {
      for (const claim of cosignatureClaims(note, [witness])) {
        const { timestampS } = claim
        if (!(await verify(witness.publicKey, claim.message, claim.signature)))
          add('cosignature-invalid', witness.name)
        else if (!isPossibleCosigning(timestampS, nowMs))
          add('cosignature-time', `${witness.name}, time ${timestampS}`)
        else {
          good.add(publicText(witness))
          firstMs = Math.min(firstMs, timestampS * 1000)
        }
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      add('cosignature-invalid', witness.name)
    }
  }
  if (good.size < quorum) add('cosignatures-too-few', `${good.size}, ${quorum} are asked for`)
  return { findings, good: good.size, firstMs }
}

/** A witness is its key: one key under two names is one witness. */
function publicText({ publicKey }: VerifierKey): string {
  return publicKey.join()
}

/**
 * The checkpoint, where it is the log's: signed by its key, under its name, and saying nothing
 * besides.
 */
export async function signedCheckpoint(
  read: LogReader,
  verify: VerifyEd25519,
  key: VerifierKey | undefined,
  path = 'checkpoint',
): Promise<Found & { readonly signed?: ReadCheckpoint }> {
  const where = { path }
  const bytes = await read(where.path, MOST_CHECKPOINT_BYTES)
  if (bytes === undefined) return wrong('checkpoint-missing', where)
  let signed: ReadCheckpoint
  try {
    signed = readCheckpoint(bytes)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return wrong('checkpoint-malformed', where, error.message)
  }
  const { origin, extensions } = signed.checkpoint
  const extension = extensions.length > 0 ? wrong('checkpoint-extension', where) : NOTHING
  if (key === undefined) return extension
  if (origin !== key.name)
    return addedUp([extension, wrong('origin-differs', where, `it is of "${origin}", not "${key.name}"`)])
  if (await isSignedBy(signed.note, key, verify)) return { ...extension, signed }
  return addedUp([extension, wrong('checkpoint-signature', where)])
}
