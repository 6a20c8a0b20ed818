/**
 * How many a second somebody may do: a bucket that fills again, and may be emptied below nothing by
 * what comes at once.
 */

/** What may come at once after a pause: so many seconds' worth, one at least. */
const BURST_S = 2

export class Rate {
  readonly #perSecond: number
  readonly #most: number
  #left: number
  #atMs: number
  /** Taken here, and not told yet. */
  #untold = 0

  /** @param nowMs of a clock that only grows */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#most = Math.max(1, perSecond * BURST_S)
    this.#left = this.#most
    this.#atMs = nowMs
  }

  /** Milliseconds until one more may come; 0 where it may now. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs)
    return this.#left >= 1 ? 0 : ((1 - this.#left) / this.#perSecond) * 1000
  }

  /** Counts what has come, or goes on elsewhere, whether it should or not. */
  take(times: number, nowMs: number): void {
    this.#untold += times
    this.takenElsewhere(times, nowMs)
  }

  /** Counts what has come at another place that keeps the same rate. */
  takenElsewhere(times: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#left -= times
  }

  /** How many have come here since this was asked last. */
  tell(): number {
    const unpublished = this.#untold
    this.#untold = 0
    return unpublished
  }

  #fill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000
    this.#atMs = nowMs
    this.#left = Math.min(this.#most, this.#left + seconds * this.#perSecond)
  }
}
