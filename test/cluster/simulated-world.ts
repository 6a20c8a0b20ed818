/**
 * A cluster without machines: time, chance, a store of keys and a log, all in one process under the
 * test's control. Calls take time, get lost on the way there or back, and continue after the
 * gateway that made them has died.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { AppendedRecord, BallotAppend } from '../../src/ports/ballot-append.ts'
import type { Tag } from '../../src/ports/digest.ts'
import type {
  KeyLoading,
  KeyStatus,
  Reservation,
  ReserveAnswer,
  ReservedBallot,
  UseAnswer,
} from '../../src/ports/key-status.ts'
import type { Timer } from '../../src/ports/timer.ts'
import type { RawRecord, VotesReader } from '../../src/ports/votes-reader.ts'

export const REDIS_TIMEOUT_MS = 200
export const DELIVERY_TIMEOUT_MS = 1_000

export interface World {
  readonly timer: Timer
  readonly nowMs: () => number
  /** A number from 0 (inclusive) to 1 (exclusive). */
  readonly chance: () => number
  /** Lets events happen until the promise settles, or time runs out. */
  readonly until: <Result>(promise: Promise<Result>, limitMs?: number) => Promise<Result>
  readonly at: (delayMs: number, event: () => void) => () => void
  /** The probability that a call fails. */
  trouble: number
}

export function world(seed: number): World {
  let state = seed | 0 || 1
  let now = 0
  let order = 0
  const events: { atMs: number; order: number; run: () => void; off: boolean }[] = []
  const chance = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
  const at = (delayMs: number, run: () => void) => {
    const event = { atMs: now + Math.max(0, delayMs), order: order++, run, off: false }
    events.push(event)
    return () => {
      event.off = true
    }
  }
  const step = async (): Promise<boolean> => {
    await turn()
    let first = -1
    for (let i = 0; i < events.length; i++) {
      const [a, b] = [events[i]!, events[first]]
      if (!b || a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)) first = i
    }
    if (first === -1) return false
    const [event] = events.splice(first, 1)
    now = event!.atMs
    if (!event!.off) event!.run()
    return true
  }
  return {
    trouble: 0,
    chance,
    at,
    nowMs: () => now,
    timer: { elapsedMs: () => now, after: at },
    until: async (promise, limitMs = 600_000) => {
      let settled = false
      const watched = promise.finally(() => {
        settled = true
      })
      watched.catch(() => {})
      const endMs = now + limitMs
      for (;;) {
        await turn()
        if (settled) return watched
        if (now > endMs) throw new Error(`the promise did not settle within ${limitMs} ms`)
        if (!(await step())) throw new Error('no event is left')
      }
    },
  }
}

interface Entry {
  district: number
  state: 'issued' | 'reserved' | 'used'
  nonceHex: string
  retry: { mark: string; choices: ReservedBallot['choices'] } | null
}

/** The content of the stores, which outlives gateways. */
export interface Stores {
  readonly keys: Map<Tag, Entry>
  readonly outbox: Map<Tag, ReservedBallot & { touchedMs: number }>
  ready: boolean
  closed: boolean
  ended: boolean
  redisUp: boolean
  kafkaUp: boolean
  readonly log: AppendedRecord[]
  /**
   * Records that the log stored later than a delivery time-out after they were sent; must stay 0.
   */
  late: number
}

export function stores(): Stores {
  const empty = { ready: false, closed: false, ended: false, redisUp: true, kafkaUp: true, late: 0 }
  return { keys: new Map(), outbox: new Map(), log: [], ...empty }
}

/** Reserves at once and atomically, like a script in Redis. */
function reserve(world: World, held: Stores, asked: Reservation): ReserveAnswer {
  if (!held.ready) return 'unavailable'
  const entry = held.keys.get(asked.tag)
  if (!entry) return 'unknown-key'
  const { state, district, nonceHex, retry } = entry
  if (state === 'used') return { is: 'used', district, nonceHex, retry }
  if (state === 'reserved') return nonceHex === asked.nonceHex ? { is: 'reserved', district } : 'writing'
  if (held.closed) return 'polls-closed'
  if (asked.refuse === 'before-style') return 'refused'
  if (asked.districts !== null && !asked.districts.has(district)) return 'unknown-contest'
  if (asked.refuse === 'after-style') return 'refused'
  const { tag, choices, retryMark } = asked
  Object.assign(entry, { state: 'reserved', nonceHex: asked.nonceHex })
  held.outbox.set(tag, {
    tag,
    district,
    choices,
    nonceHex: asked.nonceHex,
    retryMark,
    touchedMs: world.nowMs(),
  })
  return { is: 'reserved', district }
}

function use(held: Stores, { tag, nonceHex, retryMark, choices }: ReservedBallot): UseAnswer {
  const entry = held.keys.get(tag)
  if (!entry) return 'unknown'
  if (entry.state === 'issued' ? held.ended : entry.nonceHex !== nonceHex) return 'conflict'
  if (entry.state === 'used') return 'used'
  const retry = retryMark === null ? null : { mark: retryMark, choices }
  Object.assign(entry, { state: 'used', nonceHex, retry })
  if (held.outbox.get(tag)?.nonceHex === nonceHex) held.outbox.delete(tag)
  return 'used'
}

const count = (held: Stores) => ({
  used: [...held.keys.values()].filter(({ state }) => state === 'used').length,
  reserved: held.outbox.size,
  loaded: held.ready,
})

const claim = (world: World, held: Stores, olderThanMs: number, limit: number): ReservedBallot[] => {
  const old = [...held.outbox.values()].filter(({ touchedMs }) => world.nowMs() - touchedMs >= olderThanMs)
  return old.slice(0, limit).map((entry) => {
    entry.touchedMs = world.nowMs()
    const { touchedMs: _, ...ballot } = entry
    return ballot
  })
}

/** @param isAlive a gateway that died gets no answers */
export function simulatedKeys(world: World, held: Stores, isAlive: () => boolean): KeyStatus {
  let lastUsed = 0
  /** A request, its work and the answer, each of which may fail; ends within its time-out. */
  const call = <Result>(work: () => Result): Promise<Result | 'nothing-done' | 'in-doubt'> =>
    new Promise((resolve) => {
      const end = (result: Result | 'nothing-done' | 'in-doubt') => {
        if (isAlive()) resolve(result)
      }
      if (!held.redisUp) return world.at(1, () => end('nothing-done'))
      const overdue = world.at(REDIS_TIMEOUT_MS, () => end('in-doubt'))
      const lostThere = world.chance() < world.trouble
      const lostBack = world.chance() < world.trouble
      const slow = world.chance() < world.trouble
      if (lostThere) return
      world.at(world.chance() * (slow ? 5 * REDIS_TIMEOUT_MS : 20), () => {
        if (!held.redisUp) return
        const result = work()
        if (lostBack) return
        world.at(world.chance() * 20, () => {
          overdue()
          end(result)
        })
      })
    })
  const sure = async <Result>(work: () => Result): Promise<Result> => {
    const result = await call(work)
    if (result === 'nothing-done' || result === 'in-doubt') throw new Error(String(result))
    return result as Result
  }
  return {
    reserve: async (asked) => {
      const answers = await call(() => asked.map((one) => reserve(world, held, one)))
      if (answers === 'nothing-done') return asked.map(() => 'unavailable')
      return answers === 'in-doubt' ? asked.map(() => 'doubtful') : answers
    },
    use: (ballots) =>
      sure(() => {
        const answers = ballots.map((ballot) => use(held, ballot))
        lastUsed = count(held).used
        return answers
      }),
    claim: (olderThanMs, limit) => sure(() => claim(world, held, olderThanMs, limit)),
    find: async (tag) => {
      const read = await sure(() => ({ loaded: held.ready, entry: held.keys.get(tag) }))
      if (!read.loaded) throw new Error('no keys are loaded')
      return read.entry && { district: read.entry.district, taken: read.entry.state !== 'issued' }
    },
    count: async () => {
      const read = await sure(() => count(held))
      lastUsed = read.used
      return read
    },
    lastUsed: () => lastUsed,
    closeVoting: () =>
      sure(() => {
        held.closed = true
      }),
    endVoting: () =>
      sure(() => {
        held.ended = true
      }),
    close: async () => {},
  }
}

export function simulatedAppend(world: World, held: Stores, isAlive: () => boolean): BallotAppend {
  return {
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
    append: (records) =>
      new Promise((resolve, reject) => {
        const sentMs = world.nowMs()
        const overdue = world.at(DELIVERY_TIMEOUT_MS, () => isAlive() && reject(new Error('in doubt')))
        const lost = world.chance() < world.trouble
        const cut =
          world.chance() < world.trouble ? Math.floor(world.chance() * records.length) : records.length
        if (lost) return
        const slow = world.chance() < world.trouble
        world.at(world.chance() * (slow ? DELIVERY_TIMEOUT_MS : 20), () => {
          if (!held.kafkaUp) return
          if (world.nowMs() - sentMs > DELIVERY_TIMEOUT_MS) held.late++
          held.log.push(...records.slice(0, cut))
          if (cut < records.length || world.chance() < world.trouble) return
          world.at(world.chance() * 20, () => {
            overdue()
            if (isAlive()) resolve()
          })
        })
      }),
    probe: () =>
      new Promise((resolve, reject) => {
        world.at(5, () => isAlive() && (held.kafkaUp ? resolve() : reject(new Error('no Kafka'))))
      }),
    close: async () => {},
  }
}

export function simulatedLoading(held: Stores): KeyLoading {
  return {
    unload: async () => {
      held.ready = false
    },
    begin: async () => {
      held.ready = false
      held.closed = false
      held.ended = false
      held.keys.clear()
      held.outbox.clear()
    },
    load: async (keys) => {
      for (const { tag, district } of keys)
        held.keys.set(tag, { district, state: 'issued', nonceHex: '', retry: null })
    },
    finish: async () => {
      held.ready = true
    },
  }
}

export function simulatedReader(held: Stores): VotesReader {
  const raw = ({ tag, value }: AppendedRecord, offset: number): RawRecord => ({
    partition: 0,
    offset,
    isAtHome: true,
    key: tag,
    value,
    valueBytes: value.length,
  })
  return {
    toEnd: async function* (from, until) {
      const records = held.log.map(raw).slice(from?.[0] ?? 0, until?.[0] ?? held.log.length)
      if (records.length > 0) yield records
    },
    follow: async function* () {},
    ends: async () => [held.log.length],
    close: async () => {},
  }
}
