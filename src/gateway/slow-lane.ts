/**
 * Where too many wrong keys come from, all keys are looked up in a tenth of the time: one batch at
 * once, then a pause nine times as long as this thread was at work meanwhile (waiting for Redis is
 * no work). Right keys pass like any other, only not ahead of voters elsewhere. Addresses take
 * turns, so that one that floods does not keep out others that are held; each has a bounded number
 * of places. A network that is held as a whole has one turn, which its addresses take by turns: a
 * campus is not kept out by one machine in it.
 *
 * Where ballots are recorded, voters vote: each one recorded lets the next twenty from the same
 * address pass at once, so a place with many voters is not slowed down by the few among them who
 * guess or mistype.
 *
 * While nobody is held, nothing comes this way.
 */
import { setTimeout as sleep } from 'node:timers/promises'

const AT_ONCE = 32
const PAUSE_TIMES = 9
const MOST_PAUSE_MS = 500
const MOST_WAITING = 10_000
const MOST_OF_ONE = 100
/**
 * Of an address in a network that is held as a whole: 256 of them, all that a /24 has, find room.
 */
const MOST_IN_NETWORK = 16
const MOST_OF_NETWORK = 4_096

/** Requests that pass at once for each ballot that was recorded, and the most of one address. */
const PASSES = 20
const MOST_PASSES = 400
const MOST_PLACES = 20_000
/**
 * Ballots remembered: one that is sent again is answered as recorded, and lets nobody pass a second
 * time.
 */
const MOST_BALLOTS = 20_000

/** Resolves, and never rejects, when it is answered. */
export type SlowWork = () => Promise<void>

/** Who is held. */
export interface Held {
  /** An address, or a token. */
  readonly name: string
  /** The network around it, where that is held as a whole. */
  readonly network?: string
}

/** Who has one turn together: works by address, in the order in which these have theirs. */
interface Turn {
  readonly waiting: Map<string, SlowWork[]>
  size: number
}

const turnOf = ({ name, network }: Held): string => network ?? name

export class SlowLane {
  /** In the order in which they have their turn. */
  readonly #turns = new Map<string, Turn>()
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

  /** @returns `false` where there is no room, and nothing will be done */
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

  /** Whether a whole batch of this turn's waits, so that one more would wait for pauses. */
  isCrowded(who: Held): boolean {
    return this.#size >= MOST_WAITING || (this.#turns.get(turnOf(who))?.size ?? 0) >= AT_ONCE
  }

  /**
   * Whether a request may go ahead for ballots that were recorded before; it has used up a pass
   * then.
   */
  mayPass({ name: who }: Held): boolean {
    const left = this.#passes.get(who)
    if (left === undefined) return false
    if (left === 1) this.#passes.delete(who)
    else this.#passes.set(who, left - 1)
    return true
  }

  /** A ballot was recorded, now or before. @param tracker the ballot's */
  recorded({ name: who }: Held, tracker: string): void {
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
      const before = performance.eventLoopUtilization()
      await Promise.all(this.#next().map((work) => work()))
      const { active } = performance.eventLoopUtilization(before)
      const pauseMs = Math.min(MOST_PAUSE_MS, active * PAUSE_TIMES)
      if (!this.#hurries) await sleep(pauseMs)
    }
    this.#isRunning = false
  }

  /** One of each in turn. */
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

/** Of a map that is not empty. */
function takeFirst<Value>(map: Map<string, Value>): [string, Value] {
  const entry = map.entries().next().value!
  map.delete(entry[0])
  return entry
}
