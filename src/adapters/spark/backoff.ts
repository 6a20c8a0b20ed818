/** How long to wait before the next attempt: doubling up to a limit, from the start again once something worked. Pure. */

export interface Backoff {
  /** Milliseconds to wait after one more failure. */
  readonly next: () => number
  readonly reset: () => void
}

export function backoff(firstMs: number, limitMs: number): Backoff {
  let waitMs = firstMs
  return {
    next: () => {
      const now = waitMs
      waitMs = Math.min(waitMs * 2, limitMs)
      return now
    },
    reset: () => {
      waitMs = firstMs
    },
  }
}
