/**
 * Proofs that an entry is in the log, which a voter can keep and verify offline (C2SP tlog-proof):
 * the index, the inclusion proof, and the signed checkpoint it leads to.
 */
import { base64, fromBase64 } from './base64.ts'
import { type Checkpoint, parseCheckpoint, parseHash, parseSize } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash, TreeHasher } from './merkle.ts'
import { verifyInclusion } from './merkle-proof.ts'
import { type Note, parseNote } from './note.ts'

const FORMAT = 'c2sp.org/tlog-proof@v1'
const MOST_PROOF_CHARACTERS = 2_000_000
/** The path in a tree of fewer than 2^64 leaves is at most this long. */
const MOST_HASHES = 64

export interface TlogProof {
  /** Data of the application; nothing proves it. */
  readonly extra?: Uint8Array
  /** The index of the leaf; the first leaf is 0. */
  readonly index: number
  /** From the leaf's sibling to the root. */
  readonly hashes: readonly Hash[]
  /** The signed note, as it was served. */
  readonly checkpoint: string
}

/**
 * Writes a proof (C2SP tlog-proof).
 * @throws {RangeError} if the index is not a count below 2^53
 */
export function formatProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`${index} is not the index of a leaf`)
  const lines = [
    FORMAT,
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map((hash) => base64(hash)),
  ]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/**
 * Parses a proof and its checkpoint (C2SP tlog-proof).
 * @throws {Malformed} if the text is not exactly such a proof
 */
export function parseProof(text: string): TlogProof {
  if (text.length > MOST_PROOF_CHARACTERS)
    throw new Malformed(`a proof longer than ${MOST_PROOF_CHARACTERS} characters`)
  const end = text.indexOf('\n\n')
  if (end === -1) throw new Malformed('a proof without a checkpoint')
  const [format, ...lines] = text.slice(0, end).split('\n', MOST_HASHES + 4)
  if (format !== FORMAT) throw new Malformed(`not ${FORMAT}`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice('extra '.length)) : undefined
  const index = lines.shift()
  if (index?.startsWith('index ') !== true) throw new Malformed('a proof without an index')
  if (lines.length > MOST_HASHES) throw new Malformed(`a proof with more than ${MOST_HASHES} hashes`)
  const checkpoint = text.slice(end + 2)
  parseCheckpoint(parseNote(checkpoint).text)
  return {
    ...(extra === undefined ? {} : { extra }),
    index: parseSize(index.slice('index '.length)),
    hashes: lines.map(parseHash),
    checkpoint,
  }
}

export interface CheckedProof {
  readonly note: Note
  readonly checkpoint: Checkpoint
  /** Whether the leaf has this index in the tree of the checkpoint. */
  readonly included: boolean
}

/**
 * Checks only the path from the leaf to the checkpoint's root. The caller checks the note's
 * signatures and its origin (`verifyNote`, `verifyCosignatures`); without them the checkpoint
 * proves nothing.
 * @throws {Malformed} if the checkpoint is malformed
 */
export function checkProof(hasher: TreeHasher, proof: TlogProof, leaf: Hash): CheckedProof {
  const note = parseNote(proof.checkpoint)
  const checkpoint = parseCheckpoint(note.text)
  const { size, root } = checkpoint
  return { note, checkpoint, included: verifyInclusion(hasher, leaf, proof.index, size, proof.hashes, root) }
}
