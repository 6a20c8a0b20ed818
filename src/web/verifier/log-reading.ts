/** What a reading of a log has in common wherever it lies: it can be stopped, and it can fail. */
import type { LogReader } from '../../core/verify/range.ts'

/** Thrown by a reader when the reader's person has pressed Stop. */
export class Stopped extends Error {}

/** A log could not be read: no answer, or one that is none. */
export class Unreachable extends Error {
  readonly where: string
  constructor(where: string, why: string, cause?: unknown) {
    super(why, { cause })
    this.where = where
  }
}

export interface OpenLog {
  /** The address; null for files. */
  readonly place: string | null
  readonly read: LogReader
  /** The published result beside the log, of at most so many bytes; undefined where none is found. */
  readonly result: (mostBytes: number) => Promise<Uint8Array | undefined>
}
