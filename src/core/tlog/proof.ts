/**
 * Proofs that an entry is in the log, to keep and to check offline (c2sp.org/tlog-proof): index,
 * inclusion proof and the checkpoint they lead to, with its signatures. No I/O.
 */
import { base64, fromBase64 } from './base64.ts'
import { type Checkpoint, parseCheckpoint, parseHash, parseSize } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash, TreeHasher } from './merkle.ts'
import { verifyInclusion } from './merkle-proof.ts'
import { type Note, parseNote } from './note.ts'

const FORMAT = 'c2sp.org/tlog-proof@v1'
const MOST_PROOF_CHARACTERS = 2_000_000
/** A path in a tree of fewer than 2^64 leaves is no longer. */
const MOST_HASHES = 64

export interface TlogProof {
  /** Whatever the application wants carried along; nothing vouches for it. */
  readonly extra?: Uint8Array
  /** Number of the leaf, from 0. */
  readonly index: number
  /** From the leaf's sibling up. */
  readonly hashes: readonly Hash[]
  /** The signed note, as it was served. */
  readonly checkpoint: string
}

export function formatProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`no leaf has number ${index}`)
  const lines = [
    FORMAT,
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map((hash) => base64(hash)),
  ]
  return `${lines.join('\n')}\n\n${checkpoint}`
}

/** @throws Malformed for what is not exactly such a proof, its checkpoint included */
export function parseProof(text: string): TlogProof {
  if (text.length > MOST_PROOF_CHARACTERS) throw new Malformed('a proof too long')
  const end = text.indexOf('\n\n')
  if (end === -1) throw new Malformed('a proof without a checkpoint')
  const [format, ...lines] = text.slice(0, end).split('\n', MOST_HASHES + 4)
  if (format !== FORMAT) throw new Malformed(`not ${FORMAT}`)
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice('extra '.length)) : undefined
  const index = lines.shift()
  if (index?.startsWith('index ') !== true) throw new Malformed('a proof without an index')
  if (lines.length > MOST_HASHES) throw new Malformed('a proof of too many hashes')
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
  /** Whether the leaf is number `index` of the tree the checkpoint speaks of. */
  readonly included: boolean
}

/**
 * Checks the path alone: whose signatures the note must bear, and what its origin must be, is for
 * the caller to check (`verifyNote`, `verifyCosignatures`); without that the checkpoint proves
 * nothing.
 * @throws Malformed where its checkpoint is none
 */
export function checkProof(hasher: TreeHasher, proof: TlogProof, leaf: Hash): CheckedProof {
  const note = parseNote(proof.checkpoint)
  const checkpoint = parseCheckpoint(note.text)
  const { size, root } = checkpoint
  return { note, checkpoint, included: verifyInclusion(hasher, leaf, proof.index, size, proof.hashes, root) }
}
