/** Signatures on checkpoints: the log's own and its witnesses'. Ed25519 is handed in and may be asynchronous. No I/O. */
import { type Checkpoint, parseCheckpoint } from '../tlog/checkpoint.ts'
import { cosignatureClaims } from '../tlog/cosignature.ts'
import { Malformed } from '../tlog/malformed.ts'
import { type Note, parseNote } from '../tlog/note.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import type { VerifyEd25519 } from '../tlog/signature.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { isPossibleCosigning } from './clock-skew.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'
import type { Found } from './found.ts'

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

/** Counts different witnesses with a good cosignature; a wrong one, or one of an impossible time, is a finding. */
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
