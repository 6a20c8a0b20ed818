/** The public log of an election as whoever serves it sees it. */
import type { PublicLogState } from '../core/status/public-log-state.ts'

export type ProofRefusal = 'not-found' | 'not-yet-published' | 'too-busy'

/**
 * Where the log lies does not answer now, or more ask than can be served: the same later may go
 * well.
 */
export class LogUnreadable extends Error {
  override readonly name = 'LogUnreadable'
}

export interface PublicLog {
  /**
   * The log's own address, with a slash at its end, where this server does not have that of it;
   * null where it has.
   */
  readonly elsewhere?: (what: 'file' | 'proof') => string | null
  /** null until the publisher has said where the log stands. */
  readonly state: () => PublicLogState | null
  /** Calls back when the state has changed. */
  readonly onChange: (listener: () => void) => void
  /**
   * A file of the log, below its folder; undefined where there is none of that name. @throws
   * {LogUnreadable}
   */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /**
   * A tlog-proof for a leaf hash of 32 bytes; one not in the log yet is waited for, for as long as
   * a batch takes. Throws as `read`.
   */
  readonly proof: (leaf: Uint8Array) => Promise<{ readonly proof: string } | ProofRefusal>
}
