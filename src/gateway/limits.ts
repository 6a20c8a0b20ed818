/**
 * Slows down whoever guesses keys: so many wrong keys a minute, then every further wrong one is
 * answered 429, for a minute at first and twice as long each time. A key is looked up first, so a
 * right one is never refused for wrong ones, whoever typed them.
 *
 * Wrong keys count against the address they come from (IPv6: its /64), the network around it (/24,
 * /48), the personal_id they are for, and against a machine's access token in place of an address.
 * Where all together are too many, each address has a tenth of its own. On a cluster servers tell
 * each other what they counted (ports/shared-counts.ts).
 *
 * Keys have 122 random bits, so this protects the server's time, not the keys. Memory is bounded: a
 * hold that is pushed out passes to the network around it, so that changing addresses within it
 * ends in a hold of it.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { CountKind, SharedCounts, WrongKeyCount } from '../ports/shared-counts.ts'
import { clientNetwork, type Network, widerNetwork } from './address.ts'
import { RecentCounts } from './recent-counts.ts'
import type { Held } from './slow-lane.ts'

const MOST = 20_000
/**
 * A wider network, and a place with a token, have people enough for so many times the wrong keys of
 * one address.
 */
const WIDE = 16
/** Of its own wrong keys an address has one in so many while all together are too many. */
const STRICT = 10
const MINUTE_MS = 60_000
const NAME_CHARACTERS = 16

export interface WrongKeyLimitOptions {
  /** Wrong keys a minute and address; 0 is no limit. */
  readonly perMinute: number
  /** Wrong keys a minute of all together, from which on each address has a tenth; 0 is no limit. */
  readonly inAll?: number
  /** Proxies of one's own in front, see `clientNetwork`; 0 is none. */
  readonly proxies: number
  /** Of a clock that only grows. */
  readonly nowMs: () => number
  /** The id of the token a request is sent with; undefined where it has none that opens casting. */
  readonly holderOf?: (request: IncomingMessage) => string | undefined
  /** What other servers count, where there are any. */
  readonly shared?: SharedNames | undefined
  /**
   * Told when an address or network is held, and when all are too many: at most so often as that
   * happens.
   */
  readonly onHeld?: (what: 'one' | 'all') => void
}

export interface SharedNames {
  readonly counts: SharedCounts
  /** What makes names of addresses and ids that say nothing to others: the same at all servers. */
  readonly secret: string
}

/** Whose wrong keys count against what. */
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
  /** Of ids also where there is nobody to tell: no personal_id is kept. */
  readonly #secret: string

  constructor(options: WrongKeyLimitOptions) {
    this.#options = options
    const { perMinute, nowMs, shared } = options
    const counts = (limit: number, onPushedOut?: (within: string) => void) =>
      new RecentCounts({ limit, most: MOST, grows: true, ...(onPushedOut && { onPushedOut }) })
    this.#wide = counts(perMinute * WIDE)
    // A hold that is pushed out passes to the network around it.
    this.#own = counts(perMinute, (within) => this.#wide.add(within, perMinute * WIDE, nowMs()))
    this.#tokens = counts(perMinute * WIDE)
    this.#ids = counts(perMinute)
    this.#inAll = new PerMinute(nowMs)
    this.#secret = shared?.secret ?? randomBytes(16).toString('hex')
    shared?.counts.onLearned((learned) => {
      for (const count of learned) this.#learn(count)
    })
  }

  /** Whom a request comes from. */
  networkOf(request: IncomingMessage): Network {
    return clientNetwork(request, this.#options.proxies)
  }

  /** Whom the wrong keys of a request count against; `null` where nobody counts them. */
  countedFor(request: IncomingMessage): CountedFor | null {
    const { perMinute, proxies, holderOf } = this.#options
    if (perMinute === 0) return null
    const holder = holderOf?.(request)
    if (holder !== undefined) return { kind: 'token', name: holder, within: '' }
    const network = this.networkOf(request)
    // The machine itself: its operator, its tests, or a proxy that was not declared. With a
    // declared proxy nobody is exempt, for what the header says can be made up by who reaches the
    // server past the proxy.
    if (network.loopback && proxies === 0) return null
    const { own } = network
    return { kind: 'address', name: this.#shownAs(own), within: this.#shownAs(widerNetwork(own)) }
  }

  /**
   * Who is held and sends this request; `null` where nobody is, and it costs nothing to say so. All
   * it sends goes the slow lane, right keys too.
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

  /** Counts one wrong key, and says what it is answered. @param personalId whose it was to be */
  wrongKey(from: CountedFor | null, personalId: string): WrongKeyAnswer {
    if (from === null) return 'unknown-key'
    const { nowMs, shared } = this.#options
    const now = nowMs()
    const id = this.#nameOf(personalId)
    this.#inAll.add(1)
    if (this.#heldMs(from, id, now) > 0) return 'too-many-attempts'
    this.#count(from, 1, now)
    this.#ids.add(id, 1, now)
    shared?.counts.tell(from.kind, from.name, from.within)
    shared?.counts.tell('id', id, '')
    return 'unknown-key'
  }

  /**
   * Seconds until a further wrong key of the same is heard; what a refusal gives as `Retry-After`.
   */
  waitS(from: CountedFor | null, personalId: string): number {
    if (from === null) return 0
    return Math.ceil(this.#heldMs(from, this.#nameOf(personalId), this.#options.nowMs()) / 1000)
  }

  /**
   * For metrics: addresses, networks, tokens and ids that are counted or held, and wrong keys of
   * all in a minute.
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

  /** What is told to nobody needs no other name. */
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
 * How often in the last minute, about: what was in the minute before counts by how much of it is
 * still in the last.
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

  /** @returns how much of the present minute is over, 0 to 1 */
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
