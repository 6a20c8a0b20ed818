/**
 * What a log and a witness say to each other (c2sp.org/tlog-witness, `add-checkpoint`), as text. No
 * I/O.
 */
import { base64 } from './base64.ts'
import { parseHash, parseSize } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash } from './merkle.ts'
import { type NoteSignature, parseNote, parseSignatures } from './note.ts'

/** Content type of the 409 answer that tells the size the witness knows. */
export const SIZE_CONTENT_TYPE = 'text/x.tlog.size'

const MOST_PROOF_HASHES = 63
const MOST_REQUEST_CHARACTERS = 1_100_000
const MOST_REASON_CHARACTERS = 200

export interface AddCheckpoint {
  /** Size of the checkpoint the witness cosigned last, 0 for none. */
  readonly oldSize: number
  /** Consistency proof from there; empty with an old size of 0. */
  readonly proof: readonly Hash[]
  /** The signed note. */
  readonly checkpoint: string
}

/** @throws RangeError for a size that is none, or over 63 hashes */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0) throw new RangeError(`no tree has ${oldSize} leaves`)
  if (proof.length > MOST_PROOF_HASHES) throw new RangeError(`a proof of ${proof.length} hashes`)
  return `old ${oldSize}\n${proof.map((hash) => `${base64(hash)}\n`).join('')}\n${checkpoint}`
}

/** @throws Malformed for what is not exactly such a request */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  if (body.length > MOST_REQUEST_CHARACTERS) throw new Malformed('a request too long')
  const end = body.indexOf('\n\n')
  if (end === -1) throw new Malformed('a request without a checkpoint')
  const [old = '', ...hashes] = body.slice(0, end).split('\n', MOST_PROOF_HASHES + 2)
  if (!old.startsWith('old ')) throw new Malformed('a request without an old size')
  if (hashes.length > MOST_PROOF_HASHES) throw new Malformed(`over ${MOST_PROOF_HASHES} hashes`)
  const checkpoint = body.slice(end + 2)
  parseNote(checkpoint)
  return { oldSize: parseSize(old.slice('old '.length)), proof: hashes.map(parseHash), checkpoint }
}

export type WitnessAnswer =
  /**
   * Signature lines: verify them on the checkpoint sent (`verifyCosignatures`), ignore those of
   * unknown keys.
   */
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** The witness knows the log at another size: prove from there. */
  | { readonly kind: 'conflict'; readonly size: number }
  /**
   * 404 log not known, 403 signature not known, 422 proof wrong, 409 without a size: same size,
   * other root; others.
   */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

/**
 * @param contentType the answer's, without parameters
 * @throws Malformed where a 200 or a 409 with a size does not say what it must
 */
export function parseWitnessAnswer(status: number, contentType: string, body: string): WitnessAnswer {
  if (status === 200) return { kind: 'cosigned', signatures: parseSignatures(body) }
  if (status === 409 && contentType === SIZE_CONTENT_TYPE) {
    if (!body.endsWith('\n')) throw new Malformed('not a size and a line feed')
    return { kind: 'conflict', size: parseSize(body.slice(0, -1)) }
  }
  return { kind: 'refused', status, reason: printable(body) }
}

/** The answer's first words, fit for a log line. */
function printable(body: string): string {
  return body
    .slice(0, MOST_REASON_CHARACTERS)
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
}
