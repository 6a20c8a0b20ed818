/**
 * How often somebody did something within the last minute, in bounded memory, and for how long
 * whoever did it too often is held: a minute, or twice as long each time that the limit is reached
 * again soon after.
 *
 * Those who have reached the limit are kept apart from the rest: however many others come by, they
 * push each other out and nobody's block. What is pushed out is handed on, so that it can be
 * counted elsewhere.
 */

import { ByAge } from './by-age.ts'

const WINDOW_MS = 60_000
/** A hold doubles so many times: 16 minutes. */
const MOST_DOUBLINGS = 4
/** How long after a hold it counts as the one before. */
const REMEMBERED_MS = 15 * WINDOW_MS

interface Count {
  times: number
  /** What it belongs to; empty where nothing was said. */
  readonly within: string
  readonly sinceMs: number
}

interface Hold extends Count {
  readonly untilMs: number
  /** Holds before this one. */
  readonly before: number
}

export interface RecentCountsOptions {
  /** From how many times on somebody counts as having reached the limit. */
  readonly limit: number
  /** How many are remembered below the limit, and as many again at it. */
  readonly most: number
  /** Whether a hold lasts longer than the one before. */
  readonly grows?: boolean
  /** Told of a hold that was pushed out before its end. */
  readonly onPushedOut?: (within: string) => void
}

export class RecentCounts {
  readonly #options: RecentCountsOptions
  readonly #below = new ByAge<Count>()
  readonly #reached = new ByAge<Hold>()
  /** Holds that have ended, by how many there had been. */
  readonly #ended = new ByAge<{ readonly before: number; readonly sinceMs: number }>()

  constructor(options: RecentCountsOptions) {
    this.#options = options
  }

  hasReached(who: string, nowMs: number): boolean {
    return this.heldMs(who, nowMs) > 0
  }

  /** Whether anybody may be held: false is certain. */
  get mayHold(): boolean {
    return this.#reached.size > 0
  }

  /** For how many milliseconds on; 0 where the limit is not reached. */
  heldMs(who: string, nowMs: number): number {
    this.#endHolds(nowMs)
    const hold = this.#reached.get(who)
    if (hold === undefined) return 0
    if (nowMs < hold.untilMs) return hold.untilMs - nowMs
    this.#end(who, hold)
    return 0
  }

  /** Who is counted, and who is held. */
  sizes(nowMs: number): { readonly counted: number; readonly held: number } {
    forgetOld(this.#below, nowMs, WINDOW_MS)
    this.#endHolds(nowMs)
    return { counted: this.#below.size, held: this.#reached.size }
  }

  /**
   * Who reaches the limit is held from now on.
   * @param within handed on where the hold is pushed out
   * @param limit where it is lower than what was set
   * @returns whether it was reached now
   */
  add(who: string, times: number, nowMs: number, within = '', limit = this.#options.limit): boolean {
    forgetOld(this.#below, nowMs, WINDOW_MS)
    if (this.hasReached(who, nowMs)) return false
    const count = this.#below.get(who)
    const sum = (count?.times ?? 0) + times
    if (sum < limit) {
      if (count !== undefined) count.times = sum
      else {
        if (this.#below.size >= this.#options.most) this.#below.delete(this.#below.oldest()![0])
        this.#below.add(who, { times, within, sinceMs: nowMs })
      }
      return false
    }
    this.#below.delete(who)
    this.#hold(who, sum, nowMs, within)
    return true
  }

  #hold(who: string, times: number, nowMs: number, within: string): void {
    forgetOld(this.#ended, nowMs, REMEMBERED_MS)
    const last = this.#ended.get(who)
    if (last !== undefined) this.#ended.delete(who)
    const isSoon = last !== undefined && nowMs < last.sinceMs + REMEMBERED_MS
    const before = isSoon ? last.before + 1 : 0
    const untilMs = nowMs + WINDOW_MS * 2 ** Math.min(before, MOST_DOUBLINGS)
    if (this.#reached.size >= this.#options.most) {
      const [oldest, hold] = this.#reached.oldest()!
      this.#reached.delete(oldest)
      this.#options.onPushedOut?.(hold.within)
    }
    this.#reached.add(who, { times, within, sinceMs: nowMs, untilMs, before })
  }

  /**
   * A hold of several windows goes to the end of the line after each. A clock that was set back
   * ends them all.
   */
  #endHolds(nowMs: number): void {
    for (let entry = this.#reached.oldest(); entry !== undefined; entry = this.#reached.oldest()) {
      const [who, hold] = entry
      if (nowMs < hold.sinceMs + WINDOW_MS && nowMs >= hold.sinceMs) return
      if (nowMs >= hold.sinceMs && nowMs < hold.untilMs) {
        this.#reached.delete(who)
        this.#reached.add(who, { ...hold, sinceMs: nowMs })
      } else this.#end(who, hold)
    }
  }

  #end(who: string, { before, untilMs }: Hold): void {
    this.#reached.delete(who)
    if (this.#options.grows !== true) return
    if (this.#ended.get(who) !== undefined) this.#ended.delete(who)
    if (this.#ended.size >= this.#options.most) this.#ended.delete(this.#ended.oldest()![0])
    this.#ended.add(who, { before, sinceMs: untilMs })
  }
}

/** A clock that was set back forgets too: nobody stays blocked for the length of the jump. */
function forgetOld(counts: ByAge<{ readonly sinceMs: number }>, nowMs: number, forMs: number): void {
  for (let entry = counts.oldest(); entry !== undefined; entry = counts.oldest()) {
    const [who, { sinceMs }] = entry
    if (nowMs < sinceMs + forMs && nowMs >= sinceMs) return
    counts.delete(who)
  }
}
