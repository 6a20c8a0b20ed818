/**
 * Times a step of the pipeline: the median of its last runs, which one slow run does not move, and
 * how all of them lie.
 */
const KEPT = 64

/** Upper bounds in seconds: from a fast disk's sync to what a voter takes for broken. */
export const DURATION_BOUNDS_S: readonly number[] = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10],
]

/** How long things took, counted by {@link DURATION_BOUNDS_S}: bounded, however many there are. */
export class Durations {
  /**
   * How many took at most each bound, and more than the one before; the last took longer than all.
   */
  readonly counts = new Float64Array(DURATION_BOUNDS_S.length + 1)
  sumS = 0

  /** @param times how many things took so long together: the ballots of one batch */
  add(ms: number, times = 1): void {
    const seconds = ms / 1000
    let place = 0
    while (place < DURATION_BOUNDS_S.length && seconds > DURATION_BOUNDS_S[place]!) place++
    this.counts[place]! += times
    this.sumS += seconds * times
  }
}

export interface Timed<Arguments extends readonly unknown[], Result> {
  readonly step: (...args: Arguments) => Promise<Result>
  /** null before the first run has ended. */
  readonly medianMs: () => number | null
  readonly durations: Durations
}

/** @param nowMs any clock that never goes back */
export function timed<Arguments extends readonly unknown[], Result>(
  step: (...args: Arguments) => Promise<Result>,
  nowMs: () => number,
): Timed<Arguments, Result> {
  const lastMs: number[] = []
  const durations = new Durations()
  let runs = 0
  return {
    step: async (...args) => {
      const startMs = nowMs()
      const result = await step(...args)
      const tookMs = nowMs() - startMs
      lastMs[runs++ % KEPT] = tookMs
      durations.add(tookMs)
      return result
    },
    durations,
    medianMs: () => (runs === 0 ? null : lastMs.toSorted((a, b) => a - b)[Math.floor(lastMs.length / 2)]!),
  }
}
