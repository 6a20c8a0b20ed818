/** Keeps what is costly to make for a moment, for all who ask meanwhile. */

/** How long answers about the server itself are kept. */
export const MOMENT_MS = 1_000

/** @returns `make`, called at most once in `forMs` milliseconds; what failed is not kept */
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
