/**
 * The server's clock. Every opening, closing and timestamp uses it, so that tests can set the time.
 */
export interface Clock {
  /** Returns Unix milliseconds. The clock may jump forwards or backwards. */
  readonly nowMs: () => number
}
