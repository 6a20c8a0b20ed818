/**
 * A limit on requests per second: a bucket that fills again. Requests that come at once may empty
 * it below zero.
 */

/** How many seconds' worth of requests may come at once after a pause; at least one request. */
const BURST_S = 2

export class Rate {
  readonly #perSecond: number
  readonly #most: number
  #left: number
  #atMs: number
  /** Requests counted here since the last report. */
  #unreported = 0

  /** @param nowMs from a monotonic clock */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#most = Math.max(1, perSecond * BURST_S)
    this.#left = this.#most
    this.#atMs = nowMs
  }

  /** @returns milliseconds until the next request is allowed; 0 if it is allowed now */
  waitMs(nowMs: number): number {
    this.#fill(nowMs)
    return this.#left >= 1 ? 0 : ((1 - this.#left) / this.#perSecond) * 1000
  }

  /** Counts requests, whether they were allowed or not. */
  take(times: number, nowMs: number): void {
    this.#unreported += times
    this.takenElsewhere(times, nowMs)
  }

  /** Counts requests that came to another process with the same limit. */
  takenElsewhere(times: number, nowMs: number): void {
    this.#fill(nowMs)
    this.#left -= times
  }

  /** @returns the number of requests that came here since the last call */
  tell(): number {
    const count = this.#unreported
    this.#unreported = 0
    return count
  }

  #fill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000
    this.#atMs = nowMs
    this.#left = Math.min(this.#most, this.#left + seconds * this.#perSecond)
  }
}
