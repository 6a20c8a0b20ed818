/**
 * Time that only grows, and calls in the future: what a wait is measured by, and what tests move by
 * hand.
 */
export interface Timer {
  /** Milliseconds from a beginning of its own. */
  readonly elapsedMs: () => number
  /** Calls once, `delayMs` from now, unless cancelled before. @returns the cancellation */
  readonly after: (delayMs: number, call: () => void) => () => void
}
