/** Offers one checkpoint to one witness, and interprets the answer. */

import type { WitnessProblem } from '../../core/status/public-log-state.ts'
import { encodeCosignature, verifyCosignatures } from '../../core/tlog/cosignature.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import { HASH_BYTES, type TreeHasher } from '../../core/tlog/merkle.ts'
import { consistencyProof } from '../../core/tlog/merkle-proof.ts'
import { formatNote, type NoteSignature, parseNote, type Verify } from '../../core/tlog/note.ts'
import type { VerifierKey } from '../../core/tlog/note-key.ts'
import { proofFromTiles } from '../../core/tlog/proof-tiles.ts'
import { TILE_WIDTH, type Tile, tilePath } from '../../core/tlog/tile.ts'
import { formatAddCheckpoint, parseWitnessAnswer } from '../../core/tlog/witness.ts'
import { NoAnswer, type Witness, type WitnessedStore } from '../../ports/witness.ts'

export interface OfferDeps {
  readonly store: Pick<WitnessedStore, 'read'>
  readonly hasher: TreeHasher
  readonly verify: Verify
}

export interface Asked {
  readonly witness: Witness
  /** The size that the witness is believed to know; its answers correct it. */
  known: number
}

export interface Offered {
  /** The checkpoint's text, and the note with the log's signature. */
  readonly text: string
  readonly signed: string
  readonly size: number
}

/** Requests of one offer: the witness's first answer may be the size that it knows. */
const MOST_REQUESTS = 3

/**
 * @returns the witness's valid cosignature
 * @throws errors that {@link problemOf} classifies
 */
export type OfferStep = (asked: Asked, offered: Offered) => Promise<NoteSignature>

export function offerStep({ store, hasher, verify }: OfferDeps): OfferStep {
  /** If a partial tile no longer exists, the full one that begins with it has superseded it. */
  const readTile = async (tile: Tile): Promise<Uint8Array> => {
    const bytes =
      (await store.read(tilePath(tile))) ?? (await store.read(tilePath({ ...tile, width: TILE_WIDTH })))
    if (bytes === undefined) throw new Error(`${tilePath(tile)} is missing`)
    return bytes.subarray(0, tile.width * HASH_BYTES)
  }

  return async (asked, { text, signed, size }) => {
    for (let requests = 1; ; requests++) {
      const oldSize = Math.min(asked.known, size)
      const proof = await proofFromTiles(hasher, size, readTile, (hashes, read) =>
        consistencyProof(hashes, read, oldSize, size),
      )
      const reply = await asked.witness.addCheckpoint(
        formatAddCheckpoint({ oldSize, proof, checkpoint: signed }),
      )
      const answer = parseWitnessAnswer(reply.status, reply.contentType, reply.body)
      if (answer.kind === 'refused')
        throw new Refused(
          answer.status === 404 ? 'unknown-log' : 'refused',
          `it answers ${answer.status}: ${answer.reason}`,
        )
      if (answer.kind === 'cosigned') {
        const note = formatNote({ text, signatures: answer.signatures })
        const signature = cosignatureBy(note, asked.witness.key, verify)
        if (signature === undefined)
          throw new Refused('wrong-signature', 'its answer contains no valid cosignature')
        asked.known = size
        return signature
      }
      asked.known = answer.size
      if (answer.size > size)
        throw new Refused('ahead', `it knows ${answer.size} leaves, there are ${size} here`)
      if (requests === MOST_REQUESTS || answer.size === oldSize)
        throw new Malformed(`it asks for a proof from ${answer.size} again`)
    }
  }
}

/**
 * A witness's valid cosignature on a note, if there is one; other signatures are ignored.
 * @throws {Malformed}
 */
export function cosignatureBy(note: string, key: VerifierKey, verify: Verify): NoteSignature | undefined {
  const [good] = verifyCosignatures(parseNote(note), [key], verify).good
  return good && { name: key.name, keyId: key.keyId, signature: encodeCosignature(good) }
}

class Refused extends Error {
  readonly problem: WitnessProblem
  constructor(problem: WitnessProblem, detail: string) {
    super(detail)
    this.problem = problem
  }
}

/** The reason for a failed offer. */
export function problemOf(cause: unknown): WitnessProblem {
  if (cause instanceof Refused) return cause.problem
  if (cause instanceof NoAnswer) return 'no-answer'
  return cause instanceof Malformed ? 'malformed' : 'not-offered'
}
