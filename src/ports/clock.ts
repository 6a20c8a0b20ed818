/**
 * The server's clock. Every opening, closing and timestamp goes through it, so that tests can move
 * it.
 */
export interface Clock {
  /** Unix milliseconds. May jump either way; nobody may count on it only growing. */
  readonly nowMs: () => number
}
