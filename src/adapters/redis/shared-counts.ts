/**
 * Shares counts of wrong keys among all servers of a cluster, over one stream in Redis (contract:
 * ports/shared-counts.ts). An exchange adds what this server counted since the last one and reads
 * the others' counts, in one call. No answer to a client waits for it. The stream is one key,
 * covers a minute, and is bounded.
 */
import { randomUUID } from 'node:crypto'
import type { CountKind, SharedCounts, SharedCountsState, WrongKeyCount } from '../../ports/shared-counts.ts'
import type { RedisConnection } from './connection.ts'
import { script } from './scripts.ts'

const STREAM = 'elections:wrong-keys'
/** Older counts are of no use to a limit per minute. */
const KEPT_MS = 60_000
const MOST_ENTRIES = 512
const ENTRIES_READ = 64
/** Most names in one exchange; the others wait for the next. */
const MOST_SENT = 1_000
const MOST_PENDING = 20_000
const MOST_TIMES = 1_000_000
const LINE = /^([aitu])([A-Za-z0-9_-]{1,64}) ([A-Za-z0-9_-]{0,64}) (\d{1,7})$/
const LETTERS = { address: 'a', id: 'i', token: 't', used: 'u' } as const satisfies Record<CountKind, string>
const KINDS = { a: 'address', i: 'id', t: 'token', u: 'used' } as const satisfies Record<string, CountKind>

/**
 * KEYS: the stream. ARGV: the server's id, its counts or nothing, the last entry it has read or
 * nothing, the limits.
 */
const EXCHANGE = script(`
local time = redis.call('TIME')
local oldest = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[4])
if ARGV[2] ~= '' then
  redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[5], '*', 'by', ARGV[1], 'counts', ARGV[2])
end
redis.call('XTRIM', KEYS[1], 'MINID', oldest)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local from = oldest
if ARGV[3] ~= '' then from = '(' .. ARGV[3] end
return redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[6])
`)

interface Pending extends Omit<WrongKeyCount, 'times'> {
  times: number
}

export interface RedisSharedCounts extends SharedCounts {
  /**
   * Sends and receives once.
   * @throws if Redis does not answer; the counts of this exchange may be lost then
   */
  readonly exchange: () => Promise<void>
}

/** @param nowMs of a clock that only grows */
export function redisSharedCounts(
  redis: Pick<RedisConnection, 'run'>,
  nowMs: () => number,
): RedisSharedCounts {
  const exchanged = new Exchange(redis, nowMs)
  return {
    add: exchanged.add,
    onLearned: exchanged.onLearned,
    state: exchanged.state,
    exchange: exchanged.exchange,
  }
}

class Exchange {
  readonly #redis: Pick<RedisConnection, 'run'>
  readonly #nowMs: () => number
  readonly #me = randomUUID()
  readonly #pending = new Map<string, Pending>()
  /** Since when counts wait to be sent. */
  #sinceMs = 0
  #lastRead = ''
  readonly #listeners: ((counts: readonly WrongKeyCount[]) => void)[] = []
  #state: SharedCountsState = { up: true, failures: 0, dropped: 0 }

  constructor(redis: Pick<RedisConnection, 'run'>, nowMs: () => number) {
    this.#redis = redis
    this.#nowMs = nowMs
  }

  add = (kind: CountKind, name: string, within: string): void => {
    const key = LETTERS[kind] + name
    const there = this.#pending.get(key)
    if (there !== undefined) {
      there.times++
      return
    }
    if (this.#pending.size >= MOST_PENDING) {
      this.#state = { ...this.#state, dropped: this.#state.dropped + 1 }
      return
    }
    if (this.#pending.size === 0) this.#sinceMs = this.#nowMs()
    this.#pending.set(key, { kind, name, within, times: 1 })
  }

  onLearned = (listener: (counts: readonly WrongKeyCount[]) => void): void => {
    this.#listeners.push(listener)
  }

  state = (): SharedCountsState => this.#state

  exchange = async (): Promise<void> => {
    // Counts that could not be sent for a minute do not belong to the current one.
    if (this.#nowMs() > this.#sinceMs + KEPT_MS) this.#pending.clear()
    let entries: unknown
    try {
      const bounds = [KEPT_MS, MOST_ENTRIES, ENTRIES_READ].map(String)
      entries = await this.#redis.run(
        EXCHANGE,
        [STREAM],
        [this.#me, this.#packed(), this.#lastRead, ...bounds],
      )
    } catch (cause) {
      this.#state = { ...this.#state, up: false, failures: this.#state.failures + 1 }
      throw cause
    }
    if (!this.#state.up) this.#state = { ...this.#state, up: true }
    this.#learn(entries)
  }

  /** Removes the sent counts from the waiting ones: sent twice, they would count twice. */
  #packed(): string {
    const lines: string[] = []
    for (const [key, { kind, name, within, times }] of this.#pending) {
      if (lines.length >= MOST_SENT) break
      this.#pending.delete(key)
      // A single slip of a voter stays private; repeated guesses for one id are sent.
      if (kind === 'id' && times < 2) continue
      lines.push(`${LETTERS[kind]}${name} ${within} ${Math.min(times, MOST_TIMES)}`)
    }
    if (this.#pending.size > 0) this.#sinceMs = this.#nowMs()
    return lines.join('\n')
  }

  #learn(entries: unknown): void {
    const learned: WrongKeyCount[] = []
    for (const [id, fields] of entries as readonly [Buffer, readonly Buffer[]][]) {
      this.#lastRead = String(id)
      if (String(fields[1]) === this.#me) continue
      for (const line of String(fields[3]).split('\n', MOST_SENT)) {
        const [, letter, name, within, times] = LINE.exec(line) ?? []
        if (letter === undefined) continue
        const kind = KINDS[letter as keyof typeof KINDS]
        learned.push({ kind, name: name!, within: within!, times: Math.min(Number(times), MOST_TIMES) })
      }
    }
    if (learned.length > 0) for (const listener of this.#listeners) listener(learned)
  }
}
