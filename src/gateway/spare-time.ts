/**
 * Keeps work that can wait to one part in ten of this thread's time, and lets it be prompt after a
 * quiet while: what was not used is saved up. Time is the thread's own processor time, so that
 * neither a busy machine nor one slow moment holds work back for long.
 */

/** Work may take one part in this many of the time. */
const PART = 10
/** What a quiet while saves up, at most: a burst of so much work is never held back. */
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

  /** @param part of the time that work may take, one in so many */
  constructor(clocks: SpareTimeClocks = CLOCKS, part = PART) {
    this.#clocks = clocks
    this.#part = part
    this.#countedAtMs = clocks.nowMs()
  }

  /** How long until work may be done; 0 is now. */
  waitMs(): number {
    this.#earn()
    return Math.max(0, -this.#savedMs * this.#part)
  }

  /** Does `work`, whether it is time or not, and counts what it took. */
  spend<T>(work: () => T): T {
    const end = this.begin()
    try {
      return work()
    } finally {
      end()
    }
  }

  /**
   * Counts work done elsewhere, on another thread say, that is to keep to the same part of the
   * time.
   */
  charge(workMs: number): void {
    this.#earn()
    this.#savedMs -= workMs
  }

  /**
   * Counts what this thread does until what it returns is called, which is to be before others have
   * a turn.
   * @returns ends the count, and says how many milliseconds it was
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

  /** For counted work that turned out to be none that can wait. */
  giveBack(ms: number): void {
    this.#savedMs = Math.min(SAVED_LIMIT_MS, this.#savedMs + ms)
  }

  #earn(): void {
    const nowMs = this.#clocks.nowMs()
    this.#savedMs = Math.min(SAVED_LIMIT_MS, this.#savedMs + (nowMs - this.#countedAtMs) / this.#part)
    this.#countedAtMs = nowMs
  }
}
