/** A monotonic clock and calls in the future, with which waits are measured. Tests control it. */
export interface Timer {
  /** Returns milliseconds since an arbitrary start. */
  readonly elapsedMs: () => number
  /**
   * Calls back once after `delayMs` milliseconds, unless cancelled.
   * @returns the function that cancels it
   */
  readonly after: (delayMs: number, call: () => void) => () => void
}
