/**
 * Witnesses of the public log: strangers who cosign its checkpoints after they have checked that
 * each tree contains the previous one, so that the log cannot show different trees to different
 * readers.
 *
 * The contract: `addCheckpoint` sends the body of one `add-checkpoint` request (C2SP tlog-witness)
 * and returns the answer with any status, read within bounds of size and time. It rejects with
 * {@link NoAnswer} if there is no answer. The caller checks the answer, because it comes from a
 * stranger.
 */
import type { VerifierKey } from '../core/tlog/note-key.ts'
import type { LogStore } from './log-store.ts'

export interface WitnessReply {
  readonly status: number
  /** Without parameters; '' if the answer has no content type. */
  readonly contentType: string
  readonly body: string
}

export interface Witness {
  /** A key of type 0x04. */
  readonly key: VerifierKey
  readonly addCheckpoint: (request: string) => Promise<WitnessReply>
}

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/**
 * The store of cosigned checkpoints. Each exists completely or not at all, and is durable once
 * written.
 */
export interface WitnessedStore extends Pick<LogStore, 'read' | 'checkpoint' | 'writeCheckpoint'> {
  /** Returns the newest signed note with enough cosignatures; undefined before the first. */
  readonly witnessed: () => Promise<string | undefined>
  /** Replaces it atomically. */
  readonly writeWitnessed: (note: string) => Promise<void>
}
