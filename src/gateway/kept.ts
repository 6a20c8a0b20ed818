/** Keeps an expensive value for a short time, for all callers. */

/** How long answers about the server itself are kept. */
export const MOMENT_MS = 1_000

/**
 * @returns a function that calls `make` at most once in `forMs` milliseconds; failures are not kept
 */
export function kept<T>(forMs: number, make: () => Promise<T>): () => Promise<T> {
  let last: Promise<T> | undefined
  let madeAtMs = 0
  return () => {
    const nowMs = performance.now()
    if (last !== undefined && nowMs - madeAtMs < forMs) return last
    madeAtMs = nowMs
    const made = make()
    last = made
    made.catch(() => {
      if (last === made) last = undefined
    })
    return made
  }
}
