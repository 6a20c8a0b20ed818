/**
 * Where too many wrong keys come from, all keys are looked up in a tenth of the time: one batch at once, then a pause of
 * nine times as long. Right keys pass like any other, only not ahead of voters elsewhere. Addresses take turns, so that
 * one that floods does not keep out others that are held; each has a bounded number of places.
 *
 * Where ballots are recorded, voters vote: each one recorded lets the next twenty from the same address pass at once, so a
 * place with many voters is not slowed down by the few among them who guess or mistype.
 *
 * While nobody is held, nothing comes this way.
 */
import { setTimeout as sleep } from 'node:timers/promises'

const AT_ONCE = 32
const PAUSE_TIMES = 9
const MOST_PAUSE_MS = 500
const MOST_WAITING = 10_000
const MOST_OF_ONE = 100

/** Requests that pass at once for each ballot that was recorded, and the most of one address. */
const PASSES = 20
const MOST_PASSES = 400
const MOST_PLACES = 20_000
/** Ballots remembered: one that is sent again is answered as recorded, and lets nobody pass a second time. */
const MOST_BALLOTS = 20_000

/** Resolves, and never rejects, when it is answered. */
export type SlowWork = () => Promise<void>

export class SlowLane {
  /** In the order in which they have their turn. */
  readonly #waiting = new Map<string, SlowWork[]>()
  /** Passes left, by address; the one that got one last is the last. */
  readonly #passes = new Map<string, number>()
  /** The last ones that let others pass, by tracker, the oldest first. */
  readonly #ballots = new Set<string>()
  #size = 0
  #isRunning = false
  #hurries = false

  get size(): number {
    return this.#size
  }

  /** @param who whose turn it is to be @returns `false` where there is no room, and nothing will be done */
  add(who: string, work: SlowWork): boolean {
    const own = this.#waiting.get(who)
    if (this.#size >= MOST_WAITING || (own !== undefined && own.length >= MOST_OF_ONE)) return false
    if (own === undefined) this.#waiting.set(who, [work])
    else own.push(work)
    this.#size++
    if (!this.#isRunning) void this.#run()
    return true
  }

  /** Whether more than one batch of this one's waits, so that one more would wait for pauses. */
  isCrowded(who: string): boolean {
    return this.#size >= MOST_WAITING || (this.#waiting.get(who)?.length ?? 0) >= AT_ONCE
  }

  /** Whether a request may go ahead for ballots that were recorded before; it has used up a pass then. */
  mayPass(who: string): boolean {
    const left = this.#passes.get(who)
    if (left === undefined) return false
    if (left === 1) this.#passes.delete(who)
    else this.#passes.set(who, left - 1)
    return true
  }

  /** A ballot was recorded, now or before. @param tracker the ballot's */
  recorded(who: string, tracker: string): void {
    if (this.#ballots.has(tracker)) return
    if (this.#ballots.size >= MOST_BALLOTS) this.#ballots.delete(this.#ballots.keys().next().value!)
    this.#ballots.add(tracker)
    const left = this.#passes.get(who) ?? 0
    this.#passes.delete(who)
    if (this.#passes.size >= MOST_PLACES) this.#passes.delete(this.#passes.keys().next().value!)
    this.#passes.set(who, Math.min(MOST_PASSES, left + PASSES))
  }

  /** From now on without pauses: the server is stopping. */
  hurry(): void {
    this.#hurries = true
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#size > 0) {
      const startMs = performance.now()
      await Promise.all(this.#next().map((work) => work()))
      const pauseMs = Math.min(MOST_PAUSE_MS, (performance.now() - startMs) * PAUSE_TIMES)
      if (!this.#hurries) await sleep(pauseMs)
    }
    this.#isRunning = false
  }

  /** One of each in turn. */
  #next(): SlowWork[] {
    const works: SlowWork[] = []
    while (works.length < AT_ONCE && this.#size > 0) {
      const [who, own] = this.#waiting.entries().next().value!
      this.#waiting.delete(who)
      works.push(own.shift()!)
      this.#size--
      if (own.length > 0) this.#waiting.set(who, own)
    }
    return works
  }
}
