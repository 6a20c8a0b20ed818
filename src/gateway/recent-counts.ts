/**
 * How often somebody did something within the last minute, in bounded memory.
 *
 * Those who have reached the limit are kept apart from the rest: however many others come by, they push each other
 * out and nobody's block. What is pushed out is handed on, so that it can be counted elsewhere.
 */

import { ByAge } from './by-age.ts'

const WINDOW_MS = 60_000

interface Count {
  times: number
  readonly sinceMs: number
}

export class RecentCounts {
  readonly #limit: number
  readonly #most: number
  readonly #onPushedOut: (who: string, times: number) => void
  readonly #below = new ByAge<Count>()
  readonly #reached = new ByAge<Count>()

  /**
   * @param limit from how many times on somebody counts as having reached it
   * @param most how many are remembered below the limit, and as many again at it
   */
  constructor(limit: number, most: number, onPushedOut: (who: string, times: number) => void = () => {}) {
    this.#limit = limit
    this.#most = most
    this.#onPushedOut = onPushedOut
  }

  hasReached(who: string, nowMs: number): boolean {
    forgetOld(this.#reached, nowMs)
    return this.#reached.get(who) !== undefined
  }

  /** Who reaches the limit has reached it for a minute from now. */
  add(who: string, times: number, nowMs: number): void {
    forgetOld(this.#below, nowMs)
    if (this.hasReached(who, nowMs)) return
    const count = this.#below.get(who)
    const sum = (count?.times ?? 0) + times
    if (sum < this.#limit) {
      if (count !== undefined) count.times = sum
      else this.#keep(this.#below, who, { times, sinceMs: nowMs })
      return
    }
    this.#below.delete(who)
    this.#keep(this.#reached, who, { times: sum, sinceMs: nowMs })
  }

  #keep(counts: ByAge<Count>, who: string, count: Count): void {
    if (counts.size >= this.#most) {
      const [oldest, { times }] = counts.oldest()!
      counts.delete(oldest)
      this.#onPushedOut(oldest, times)
    }
    counts.add(who, count)
  }
}

/** A clock that was set back forgets too: nobody stays blocked for the length of the jump. */
function forgetOld(counts: ByAge<Count>, nowMs: number): void {
  for (let entry = counts.oldest(); entry !== undefined; entry = counts.oldest()) {
    const [who, { sinceMs }] = entry
    if (nowMs < sinceMs + WINDOW_MS && nowMs >= sinceMs) return
    counts.delete(who)
  }
}
