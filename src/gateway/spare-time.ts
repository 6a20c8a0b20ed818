/**
 * Limits deferrable work to one tenth of this thread's time, and lets it run promptly after a quiet
 * period, by saving unused time. It counts the thread's processor time, so that neither a busy
 * machine nor one slow moment delays work for long.
 */

/** The divisor of the time: work may use one part in this many. */
const PART = 10
/** The most time that is saved up: a burst of this length is never delayed. */
const SAVED_LIMIT_MS = 100

export interface SpareTimeClocks {
  /** Monotonic, in milliseconds. */
  readonly nowMs: () => number
  /** Processor time this thread has used, in milliseconds. */
  readonly usedMs: () => number
}

export const CLOCKS: SpareTimeClocks = {
  nowMs: () => performance.now(),
  usedMs: () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  },
}

export class SpareTime {
  readonly #clocks: SpareTimeClocks
  readonly #part: number
  #savedMs = SAVED_LIMIT_MS
  #countedAtMs: number

  /** @param part the divisor of the time that work may use */
  constructor(clocks: SpareTimeClocks = CLOCKS, part = PART) {
    this.#clocks = clocks
    this.#part = part
    this.#countedAtMs = clocks.nowMs()
  }

  /** Milliseconds until work may run; 0 means now. */
  waitMs(): number {
    this.#earn()
    return Math.max(0, -this.#savedMs * this.#part)
  }

  /** Runs `work` immediately, even if it is too early, and counts its time. */
  spend<T>(work: () => T): T {
    const end = this.begin()
    try {
      return work()
    } finally {
      end()
    }
  }

  /** Counts work done elsewhere, for example in another thread, that shares this budget. */
  charge(workMs: number): void {
    this.#earn()
    this.#savedMs -= workMs
  }

  /**
   * Counts this thread's work until the returned function is called, which must be before other
   * work gets a turn.
   * @returns a function that ends the count and returns its milliseconds
   */
  begin(): () => number {
    this.#earn()
    const startMs = this.#clocks.usedMs()
    return () => {
      const tookMs = this.#clocks.usedMs() - startMs
      this.#savedMs -= tookMs
      return tookMs
    }
  }

  /** Gives back counted time of work that could not wait after all. */
  giveBack(ms: number): void {
    this.#savedMs = Math.min(SAVED_LIMIT_MS, this.#savedMs + ms)
  }

  #earn(): void {
    const nowMs = this.#clocks.nowMs()
    this.#savedMs = Math.min(SAVED_LIMIT_MS, this.#savedMs + (nowMs - this.#countedAtMs) / this.#part)
    this.#countedAtMs = nowMs
  }
}
