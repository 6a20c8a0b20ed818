/** The public log of an election for the process that serves it. */
import type { PublicLogState } from '../core/status/public-log-state.ts'

export type ProofRefusal = 'not-found' | 'not-yet-published' | 'too-busy'

/**
 * Thrown if the log's storage does not answer, or if more requests come than can be served. The
 * same request may succeed later.
 */
export class LogUnreadable extends Error {
  override readonly name = 'LogUnreadable'
}

export interface PublicLog {
  /**
   * Returns the log's own address, with a slash at its end, if this server does not have the file
   * or proof; null if it has.
   */
  readonly elsewhere?: (what: 'file' | 'proof') => string | null
  /** Returns null until the publisher has reported the state of the log. */
  readonly state: () => PublicLogState | null
  /** Registers a listener for each change of the state. */
  readonly onChange: (listener: () => void) => void
  /**
   * Returns a file of the log.
   * @param path below the log's folder
   * @returns undefined if there is no such file
   * @throws {LogUnreadable} if the log cannot be read now
   */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /**
   * Returns a proof (C2SP tlog-proof) for a leaf hash of 32 bytes. If the leaf is not in the log
   * yet, waits at most as long as a batch takes.
   * @throws {LogUnreadable} if the log cannot be read now
   */
  readonly proof: (leaf: Uint8Array) => Promise<{ readonly proof: string } | ProofRefusal>
}
