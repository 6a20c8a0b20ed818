/** The messages between a log and a witness (C2SP tlog-witness, `add-checkpoint`), as text. */
import { base64 } from './base64.ts'
import { parseHash, parseSize } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash } from './merkle.ts'
import { type NoteSignature, parseNote, parseSignatures } from './note.ts'

/** The content type of a 409 answer that states the size known to the witness. */
export const SIZE_CONTENT_TYPE = 'text/x.tlog.size'

const MOST_PROOF_HASHES = 63
const MOST_REQUEST_CHARACTERS = 1_100_000
const MOST_REASON_CHARACTERS = 200

export interface AddCheckpoint {
  /** The size of the checkpoint that the witness cosigned last; 0 if none. */
  readonly oldSize: number
  /** The consistency proof from that size; empty if it is 0. */
  readonly proof: readonly Hash[]
  /** The signed note. */
  readonly checkpoint: string
}

/**
 * Writes the request body (C2SP tlog-witness).
 * @throws {RangeError} if the size is not a count, or the proof has more than 63 hashes
 */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0)
    throw new RangeError(`${oldSize} is not a number of leaves`)
  if (proof.length > MOST_PROOF_HASHES) throw new RangeError(`a proof of ${proof.length} hashes`)
  return `old ${oldSize}\n${proof.map((hash) => `${base64(hash)}\n`).join('')}\n${checkpoint}`
}

/**
 * Parses the request body (C2SP tlog-witness).
 * @throws {Malformed} if it is not exactly such a request
 */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  if (body.length > MOST_REQUEST_CHARACTERS)
    throw new Malformed(`a request longer than ${MOST_REQUEST_CHARACTERS} characters`)
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
   * Signature lines. The caller verifies them on the checkpoint that it sent
   * (`verifyCosignatures`), and ignores those of unknown keys.
   */
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** The witness knows the log at another size: send a proof from that size. */
  | { readonly kind: 'conflict'; readonly size: number }
  /**
   * 404: unknown log; 403: unknown signature; 422: wrong proof; 409 without a size: another root
   * for the same size; or another status.
   */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }

/**
 * Parses a witness's answer (C2SP tlog-witness).
 * @param contentType the answer's, without parameters
 * @throws {Malformed} if a 200, or a 409 with a size, has another form than specified
 */
export function parseWitnessAnswer(status: number, contentType: string, body: string): WitnessAnswer {
  if (status === 200) return { kind: 'cosigned', signatures: parseSignatures(body) }
  if (status === 409 && contentType === SIZE_CONTENT_TYPE) {
    if (!body.endsWith('\n')) throw new Malformed('not a size with a line feed')
    return { kind: 'conflict', size: parseSize(body.slice(0, -1)) }
  }
  return { kind: 'refused', status, reason: printable(body) }
}

/** The beginning of the answer, safe for a line of the logger. */
function printable(body: string): string {
  return body
    .slice(0, MOST_REASON_CHARACTERS)
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
}
