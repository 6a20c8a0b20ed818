/** Errors of every reader of a log, on a server or in a folder: it was stopped, or it failed. */

/** Thrown when the person has pressed Stop. */
export class Stopped extends Error {}

/** Thrown if a log cannot be read: there is no answer, or an invalid one. */
export class Unreachable extends Error {
  readonly where: string
  constructor(where: string, why: string, cause?: unknown) {
    super(why, { cause })
    this.where = where
  }
}
