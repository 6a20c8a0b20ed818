/** What a reading of a log has in common wherever it lies: it can be stopped, and it can fail. */

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
