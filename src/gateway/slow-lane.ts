/**
 * Looks up keys from addresses with too many wrong keys in a tenth of the time: one batch at a
 * time, then a pause nine times as long as this thread worked meanwhile (waiting for Redis is not
 * work). Right keys pass like any others, but not ahead of voters elsewhere. Addresses take turns,
 * so that a flood from one does not keep out other held ones; each has a limited number of places.
 * A network that is held as a whole has one turn, which its addresses share in turn: one machine
 * does not keep out a campus.
 *
 * Recorded ballots show that voters are there: each one lets the next twenty requests from the same
 * address pass at once, so a place with many voters is not slowed down by the few who guess or
 * mistype.
 *
 * While no address is held, no request comes here.
 */
import { setTimeout as sleep } from 'node:timers/promises'

const AT_ONCE = 32
const PAUSE_TIMES = 9
const MOST_PAUSE_MS = 500
const MOST_WAITING = 10_000
const MOST_OF_ONE = 100
/**
 * Places of an address in a network that is held as a whole: 256 of them, all that a /24 has, fit.
 */
const MOST_IN_NETWORK = 16
const MOST_OF_NETWORK = 4_096

/** Requests that pass at once for each recorded ballot, and the most for one address. */
const PASSES = 20
const MOST_PASSES = 400
const MOST_PLACES = 20_000
/**
 * Ballots remembered: one that is sent again is answered as recorded, but lets no more requests
 * pass.
 */
const MOST_BALLOTS = 20_000

/** Resolves when the request is answered; never rejects. */
export type SlowWork = () => Promise<void>

/** A held sender. */
export interface Held {
  /** An address, or a token. */
  readonly name: string
  /** The network around it, if that is held as a whole. */
  readonly network?: string
}

/** The senders that share one turn: work by address, in the order of their turns. */
interface Turn {
  readonly waiting: Map<string, SlowWork[]>
  size: number
}

const turnOf = ({ name, network }: Held): string => network ?? name

export class SlowLane {
  /** In the order of their turns. */
  readonly #turns = new Map<string, Turn>()
  /** Remaining passes by address, the latest recipient last. */
  readonly #passes = new Map<string, number>()
  /** The latest ballots that let requests pass, by tracker, oldest first. */
  readonly #ballots = new Set<string>()
  #size = 0
  #isRunning = false
  #hurries = false

  get size(): number {
    return this.#size
  }

  /** @returns false if there is no room: the work will not be done */
  add(who: Held, work: SlowWork): boolean {
    const turn = this.#turns.get(turnOf(who)) ?? { waiting: new Map<string, SlowWork[]>(), size: 0 }
    const own = turn.waiting.get(who.name)
    const most = who.network === undefined ? MOST_OF_ONE : MOST_IN_NETWORK
    if (this.#size >= MOST_WAITING || turn.size >= MOST_OF_NETWORK || (own?.length ?? 0) >= most) return false
    if (own === undefined) turn.waiting.set(who.name, [work])
    else own.push(work)
    turn.size++
    this.#size++
    this.#turns.set(turnOf(who), turn)
    if (!this.#isRunning) void this.#run()
    return true
  }

  /** Whether a whole batch of this turn waits, so that one more would wait for pauses. */
  isCrowded(who: Held): boolean {
    return this.#size >= MOST_WAITING || (this.#turns.get(turnOf(who))?.size ?? 0) >= AT_ONCE
  }

  /** Whether a request may go ahead because of recorded ballots; this uses one pass. */
  mayPass({ name: who }: Held): boolean {
    const left = this.#passes.get(who)
    if (left === undefined) return false
    if (left === 1) this.#passes.delete(who)
    else this.#passes.set(who, left - 1)
    return true
  }

  /**
   * Call this after a ballot was recorded, now or earlier.
   * @param tracker the ballot's
   */
  recorded({ name: who }: Held, tracker: string): void {
    if (this.#ballots.has(tracker)) return
    if (this.#ballots.size >= MOST_BALLOTS) this.#ballots.delete(this.#ballots.keys().next().value!)
    this.#ballots.add(tracker)
    const left = this.#passes.get(who) ?? 0
    this.#passes.delete(who)
    if (this.#passes.size >= MOST_PLACES) this.#passes.delete(this.#passes.keys().next().value!)
    this.#passes.set(who, Math.min(MOST_PASSES, left + PASSES))
  }

  /** Ends the pauses: the server is stopping. */
  hurry(): void {
    this.#hurries = true
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#size > 0) {
      const before = performance.eventLoopUtilization()
      await Promise.all(this.#next().map((work) => work()))
      const { active } = performance.eventLoopUtilization(before)
      const pauseMs = Math.min(MOST_PAUSE_MS, active * PAUSE_TIMES)
      if (!this.#hurries) await sleep(pauseMs)
    }
    this.#isRunning = false
  }

  /** Takes one request from each, in turn. */
  #next(): SlowWork[] {
    const works: SlowWork[] = []
    while (works.length < AT_ONCE && this.#size > 0) {
      const [who, turn] = takeFirst(this.#turns)
      const [address, own] = takeFirst(turn.waiting)
      works.push(own.shift()!)
      turn.size--
      this.#size--
      if (own.length > 0) turn.waiting.set(address, own)
      if (turn.size > 0) this.#turns.set(who, turn)
    }
    return works
  }
}

/** @param map not empty */
function takeFirst<Value>(map: Map<string, Value>): [string, Value] {
  const entry = map.entries().next().value!
  map.delete(entry[0])
  return entry
}
