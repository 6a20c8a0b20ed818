/**
 * Witnesses of the public log: strangers who cosign its checkpoints after they have seen that each
 * tree contains the one before, so that the log cannot show one tree to some and another to others.
 *
 * The contract: `addCheckpoint` hands over the body of one `add-checkpoint` request
 * (c2sp.org/tlog-witness) and gives the answer, whatever its status, read within bounds of size and
 * time. It rejects with {@link NoAnswer} where there is none. What a witness answers is a
 * stranger's word: the caller checks it.
 */
import type { VerifierKey } from '../core/tlog/note-key.ts'
import type { LogStore } from './log-store.ts'

export interface WitnessReply {
  readonly status: number
  /** Without parameters, '' where there is none. */
  readonly contentType: string
  readonly body: string
}

export interface Witness {
  /** Of type 0x04. */
  readonly key: VerifierKey
  readonly addCheckpoint: (request: string) => Promise<WitnessReply>
}

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Where cosigned checkpoints are kept, each there whole or not at all, durable when written. */
export interface WitnessedStore extends Pick<LogStore, 'read' | 'checkpoint' | 'writeCheckpoint'> {
  /** The newest signed note with cosignatures enough; undefined before the first. */
  readonly witnessed: () => Promise<string | undefined>
  /** Replaces it in one step. */
  readonly writeWitnessed: (note: string) => Promise<void>
}
