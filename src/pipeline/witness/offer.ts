/**
 * One offer of a checkpoint to one witness: what it is asked, and what its answer comes to. No I/O
 * of its own.
 */

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
  /** The size it is believed to know; what it answers corrects it. */
  known: number
}

export interface Offered {
  /** The checkpoint's text, and as a note with the log's signature. */
  readonly text: string
  readonly signed: string
  readonly size: number
}

/** Requests of one offer: a witness may first have to tell the size it knows. */
const MOST_REQUESTS = 3

/**
 * @returns the witness's cosignature, which holds
 * @throws what {@link problemOf} names
 */
export type OfferStep = (asked: Asked, offered: Offered) => Promise<NoteSignature>

export function offerStep({ store, hasher, verify }: OfferDeps): OfferStep {
  /** A partial tile that is gone has been superseded by the full one, which begins with it. */
  const readTile = async (tile: Tile): Promise<Uint8Array> => {
    const bytes =
      (await store.read(tilePath(tile))) ?? (await store.read(tilePath({ ...tile, width: TILE_WIDTH })))
    if (bytes === undefined) throw new Error(`${tilePath(tile)} is not there`)
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
        if (signature === undefined) throw new Refused('wrong-signature', 'no good cosignature in its answer')
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
 * A witness's own cosignature on a note, where it holds; signatures of others are passed over. @throws
 * Malformed
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

/** What an offer failed for. */
export function problemOf(cause: unknown): WitnessProblem {
  if (cause instanceof Refused) return cause.problem
  if (cause instanceof NoAnswer) return 'no-answer'
  return cause instanceof Malformed ? 'malformed' : 'not-offered'
}
