/** Times a step of the pipeline: the median of its last runs, which one slow run does not move. */
const KEPT = 64

export interface Timed<Arguments extends readonly unknown[], Result> {
  readonly step: (...args: Arguments) => Promise<Result>
  /** null before the first run has ended. */
  readonly medianMs: () => number | null
}

/** @param nowMs any clock that never goes back */
export function timed<Arguments extends readonly unknown[], Result>(
  step: (...args: Arguments) => Promise<Result>,
  nowMs: () => number,
): Timed<Arguments, Result> {
  const lastMs: number[] = []
  let runs = 0
  return {
    step: async (...args) => {
      const startMs = nowMs()
      const result = await step(...args)
      lastMs[runs++ % KEPT] = nowMs() - startMs
      return result
    },
    medianMs: () => (runs === 0 ? null : lastMs.toSorted((a, b) => a - b)[Math.floor(lastMs.length / 2)]!),
  }
}
