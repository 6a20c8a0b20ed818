/**
 * Slows down guessers of keys: after a number of wrong keys per minute, every further wrong one
 * gets 429, for one minute at first and twice as long each time. A key is looked up first, so a
 * right one is never refused because of wrong ones.
 *
 * Wrong keys count against the address they come from (IPv6: its /64), the network around it (/24,
 * /48), the personal_id they are for, and against a machine's access token in place of an address.
 * If all addresses together exceed a limit, each address has a tenth of its own. On a cluster,
 * servers exchange their counts (ports/shared-counts.ts).
 *
 * Keys have 122 random bits, so this protects the server's time, not the keys. Memory is bounded: a
 * hold that is evicted passes to the network around it, so that a guesser who changes addresses
 * within a network ends in a hold of the network.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { CountKind, SharedCounts, WrongKeyCount } from '../ports/shared-counts.ts'
import { clientNetwork, type Network, widerNetwork } from './address.ts'
import { RecentCounts } from './recent-counts.ts'
import type { Held } from './slow-lane.ts'

const MOST = 20_000
/**
 * A wider network, and a place with a token, have enough people for this many times the wrong keys
 * of one address.
 */
const WIDE = 16
/** The divisor of an address's limit while all addresses together exceed theirs. */
const STRICT = 10
const MINUTE_MS = 60_000
const NAME_CHARACTERS = 16

export interface WrongKeyLimitOptions {
  /** Wrong keys per minute and address; 0 is no limit. */
  readonly perMinute: number
  /**
   * Wrong keys per minute from all addresses together, beyond which each address has a tenth; 0 is
   * no limit.
   */
  readonly inAll?: number
  /** The number of the operator's proxies in front, see `clientNetwork`; 0 for no proxy. */
  readonly proxies: number
  /** Of a monotonic clock. */
  readonly nowMs: () => number
  /** The id of a request's token; undefined without a token that allows casting. */
  readonly holderOf?: (request: IncomingMessage) => string | undefined
  /** The counts of other servers, if there are any. */
  readonly shared?: SharedNames | undefined
  /**
   * Called each time an address or network is held, and each time one counts while all together
   * exceed the limit.
   */
  readonly onHeld?: (what: 'one' | 'all') => void
}

export interface SharedNames {
  readonly counts: SharedCounts
  /** The secret for names that hide addresses and ids; the same at all servers. */
  readonly secret: string
}

/** What a request's wrong keys count against. */
export interface CountedFor {
  readonly kind: Exclude<CountKind, 'id' | 'used'>
  readonly name: string
  readonly within: string
}

export type WrongKeyAnswer = 'unknown-key' | 'too-many-attempts'

export class WrongKeyLimit {
  readonly #options: WrongKeyLimitOptions
  readonly #own: RecentCounts
  readonly #wide: RecentCounts
  readonly #tokens: RecentCounts
  readonly #ids: RecentCounts
  readonly #inAll: PerMinute
  /** Ids are hashed even without other servers: no personal_id is stored. */
  readonly #secret: string

  constructor(options: WrongKeyLimitOptions) {
    this.#options = options
    const { perMinute, nowMs, shared } = options
    const counts = (limit: number, onPushedOut?: (within: string) => void) =>
      new RecentCounts({ limit, most: MOST, grows: true, ...(onPushedOut && { onPushedOut }) })
    this.#wide = counts(perMinute * WIDE)
    // A hold that is evicted passes to the network around it.
    this.#own = counts(perMinute, (within) => this.#wide.add(within, perMinute * WIDE, nowMs()))
    this.#tokens = counts(perMinute * WIDE)
    this.#ids = counts(perMinute)
    this.#inAll = new PerMinute(nowMs)
    this.#secret = shared?.secret ?? randomBytes(16).toString('hex')
    shared?.counts.onLearned((learned) => {
      for (const count of learned) this.#learn(count)
    })
  }

  /** The network of a request. */
  networkOf(request: IncomingMessage): Network {
    return clientNetwork(request, this.#options.proxies)
  }

  /** What the wrong keys of a request count against; `null` if they are not counted. */
  countedFor(request: IncomingMessage): CountedFor | null {
    const { perMinute, proxies, holderOf } = this.#options
    if (perMinute === 0) return null
    const holder = holderOf?.(request)
    if (holder !== undefined) return { kind: 'token', name: holder, within: '' }
    const network = this.networkOf(request)
    // The machine itself: its operator, its tests, or a proxy that was not declared. With a
    // declared proxy no address is exempt, because a client that bypasses the proxy can forge the
    // header.
    if (network.loopback && proxies === 0) return null
    const { own } = network
    return { kind: 'address', name: this.#shownAs(own), within: this.#shownAs(widerNetwork(own)) }
  }

  /**
   * Returns the held sender of this request; `null` if it is not held, which costs almost nothing.
   * All requests of a held sender use the slow lane, those with right keys too.
   */
  heldBy(request: IncomingMessage): Held | null {
    if (!this.#own.mayHold && !this.#wide.mayHold && !this.#tokens.mayHold) return null
    const from = this.countedFor(request)
    if (from === null) return null
    const { kind, name, within } = from
    const now = this.#options.nowMs()
    if (kind === 'token') return this.#tokens.hasReached(name, now) ? { name } : null
    if (this.#wide.hasReached(within, now)) return { name, network: within }
    return this.#own.hasReached(name, now) ? { name } : null
  }

  /**
   * Counts one wrong key and returns its answer.
   * @param personalId the one in the wrong key
   */
  wrongKey(from: CountedFor | null, personalId: string): WrongKeyAnswer {
    if (from === null) return 'unknown-key'
    const { nowMs, shared } = this.#options
    const now = nowMs()
    const id = this.#nameOf(personalId)
    this.#inAll.add(1)
    if (this.#heldMs(from, id, now) > 0) return 'too-many-attempts'
    this.#count(from, 1, now)
    this.#ids.add(id, 1, now)
    shared?.counts.add(from.kind, from.name, from.within)
    shared?.counts.add('id', id, '')
    return 'unknown-key'
  }

  /**
   * Returns the seconds until another wrong key of the same sender gets `unknown-key`; a refusal
   * has it as `Retry-After`.
   */
  waitS(from: CountedFor | null, personalId: string): number {
    if (from === null) return 0
    return Math.ceil(this.#heldMs(from, this.#nameOf(personalId), this.#options.nowMs()) / 1000)
  }

  /**
   * For metrics: the addresses, networks, tokens and ids that are counted or held, and all wrong
   * keys per minute.
   */
  state() {
    const now = this.#options.nowMs()
    return {
      address: this.#own.sizes(now),
      network: this.#wide.sizes(now),
      token: this.#tokens.sizes(now),
      id: this.#ids.sizes(now),
      inAll: Math.round(this.#inAll.times()),
      strict: this.#isStrict(),
    }
  }

  #heldMs(from: CountedFor, id: string, now: number): number {
    const ofId = this.#ids.heldMs(id, now)
    if (from.kind === 'token') return Math.max(ofId, this.#tokens.heldMs(from.name, now))
    return Math.max(ofId, this.#own.heldMs(from.name, now), this.#wide.heldMs(from.within, now))
  }

  #count({ kind, name, within }: CountedFor, times: number, now: number): void {
    const { perMinute, onHeld } = this.#options
    if (kind === 'token') {
      if (this.#tokens.add(name, times, now)) onHeld?.('one')
      return
    }
    const strict = this.#isStrict()
    if (strict) onHeld?.('all')
    const limit = strict ? Math.max(1, Math.floor(perMinute / STRICT)) : perMinute
    const own = this.#own.add(name, times, now, within, limit)
    if (this.#wide.add(within, times, now) || own) onHeld?.('one')
  }

  #learn({ kind, name, within, times }: WrongKeyCount): void {
    if (kind === 'used') return
    const now = this.#options.nowMs()
    if (kind === 'id') {
      this.#ids.add(name, times, now)
      return
    }
    this.#inAll.add(times)
    this.#count({ kind, name, within }, times, now)
  }

  #isStrict(): boolean {
    const { inAll = 0 } = this.#options
    return inAll > 0 && this.#inAll.times() > inAll
  }

  /** Without other servers, an address needs no hidden name. */
  #shownAs(address: string): string {
    return this.#options.shared === undefined ? address : this.#nameOf(address)
  }

  #nameOf(text: string): string {
    return createHash('sha256')
      .update(`${this.#secret}\n${text}`)
      .digest('base64url')
      .slice(0, NAME_CHARACTERS)
  }
}

/**
 * About how often in the last minute: the count of the minute before is weighted by its overlap
 * with the last 60 s.
 */
class PerMinute {
  readonly #nowMs: () => number
  #minute = 0
  #times = 0
  #before = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  add(times: number): void {
    this.#turn()
    this.#times += times
  }

  times(): number {
    const part = this.#turn()
    return this.#times + this.#before * (1 - part)
  }

  /** @returns the elapsed part of the present minute, 0 to 1 */
  #turn(): number {
    const minutes = this.#nowMs() / MINUTE_MS
    const minute = Math.floor(minutes)
    if (minute !== this.#minute) {
      this.#before = minute === this.#minute + 1 ? this.#times : 0
      this.#times = 0
      this.#minute = minute
    }
    return minutes - minute
  }
}
