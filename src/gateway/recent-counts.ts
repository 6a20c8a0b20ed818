/**
 * Counts how often each name did something within the last minute, in bounded memory, and holds a
 * name that did it too often: for one minute, or twice as long each time it soon reaches the limit
 * again.
 *
 * Names at the limit are stored apart from the rest: any number of other names evicts only each
 * other, and no hold. An evicted hold is passed on, so that it can be counted elsewhere.
 */

import { ByAge } from './by-age.ts'

const WINDOW_MS = 60_000
/** A hold doubles at most this many times: to 16 minutes. */
const MOST_DOUBLINGS = 4
/** For this long after a hold, the next one doubles it. */
const REMEMBERED_MS = 15 * WINDOW_MS

interface Count {
  times: number
  /** What the name belongs to; empty if unknown. */
  readonly within: string
  readonly sinceMs: number
}

interface Hold extends Count {
  readonly untilMs: number
  /** The number of holds before this one. */
  readonly before: number
}

export interface RecentCountsOptions {
  /** The number of times at which a name reaches the limit. */
  readonly limit: number
  /** The most names remembered below the limit, and as many again at it. */
  readonly most: number
  /** Whether a hold lasts longer than the one before. */
  readonly grows?: boolean
  /** Called with a hold that was evicted before its end. */
  readonly onPushedOut?: (within: string) => void
}

export class RecentCounts {
  readonly #options: RecentCountsOptions
  readonly #below = new ByAge<Count>()
  readonly #reached = new ByAge<Hold>()
  /** Holds that have ended, with the number of holds before them. */
  readonly #ended = new ByAge<{ readonly before: number; readonly sinceMs: number }>()

  constructor(options: RecentCountsOptions) {
    this.#options = options
  }

  hasReached(who: string, nowMs: number): boolean {
    return this.heldMs(who, nowMs) > 0
  }

  /** Whether any name may be held: false is certain. */
  get mayHold(): boolean {
    return this.#reached.size > 0
  }

  /** Remaining milliseconds of the hold; 0 without a hold. */
  heldMs(who: string, nowMs: number): number {
    this.#endHolds(nowMs)
    const hold = this.#reached.get(who)
    if (hold === undefined) return 0
    if (nowMs < hold.untilMs) return hold.untilMs - nowMs
    this.#end(who, hold)
    return 0
  }

  /** The numbers of counted and of held names. */
  sizes(nowMs: number): { readonly counted: number; readonly held: number } {
    forgetOld(this.#below, nowMs, WINDOW_MS)
    this.#endHolds(nowMs)
    return { counted: this.#below.size, held: this.#reached.size }
  }

  /**
   * Adds to a count; a name that reaches the limit is held from now on.
   * @param within passed on if the hold is evicted
   * @param limit if lower than the configured one
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
   * A hold of several windows moves to the end of the order after each. A clock that was set back
   * ends all holds.
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

/**
 * A clock that was set back also forgets: otherwise a hold would last for the length of the jump.
 */
function forgetOld(counts: ByAge<{ readonly sinceMs: number }>, nowMs: number, forMs: number): void {
  for (let entry = counts.oldest(); entry !== undefined; entry = counts.oldest()) {
    const [who, { sinceMs }] = entry
    if (nowMs < sinceMs + forMs && nowMs >= sinceMs) return
    counts.delete(who)
  }
}
