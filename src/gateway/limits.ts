/**
 * Slows down whoever guesses keys: so many wrong keys a minute per address, then every further wrong one is answered
 * 429. A key is looked up first, so a right one is never refused for wrong ones, whoever typed them behind that address.
 *
 * Keys have 122 random bits, so this protects the server's time, not the keys. Memory is bounded: past 20,000 addresses
 * the wrong keys of those pushed out count against the wider network they are in, so that changing addresses within it
 * ends in a block of it.
 */
import type { IncomingMessage } from 'node:http'
import { clientNetwork, type Network, widerNetwork } from './address.ts'
import { RecentCounts } from './recent-counts.ts'

const ADDRESSES_LIMIT = 20_000
/** A wider network has people enough for so many times the wrong keys of one address. */
const WIDE = 16

export interface WrongKeyLimitOptions {
  /** Wrong keys a minute and address; 0 is no limit. */
  readonly perMinute: number
  /** Proxies of one's own in front, see `clientNetwork`; 0 is none. */
  readonly proxies: number
  readonly nowMs: () => number
}

export class WrongKeyLimit {
  readonly #options: WrongKeyLimitOptions
  readonly #own: RecentCounts
  readonly #wide: RecentCounts

  constructor(options: WrongKeyLimitOptions) {
    this.#options = options
    const { perMinute, nowMs } = options
    this.#wide = new RecentCounts(perMinute * WIDE, ADDRESSES_LIMIT)
    // A block that is pushed out passes to the network around it.
    this.#own = new RecentCounts(perMinute, ADDRESSES_LIMIT, (own, times) =>
      this.#wide.add(widerNetwork(own), times < perMinute ? times : perMinute * WIDE, nowMs()),
    )
  }

  /** Whom a request comes from. */
  networkOf(request: IncomingMessage): Network {
    return clientNetwork(request, this.#options.proxies)
  }

  /** Whom the wrong keys of a request count against; `null` where nobody counts them. */
  countedFor(request: IncomingMessage): Network | null {
    const { perMinute, proxies } = this.#options
    if (perMinute === 0) return null
    const network = this.networkOf(request)
    // The machine itself: its operator, its tests, or a proxy that was not declared. With a declared proxy nobody is
    // exempt, for what the header says can be made up by who reaches the server past the proxy.
    return network.loopback && proxies === 0 ? null : network
  }

  /** Counts one wrong key, and says what it is answered. */
  wrongKey(network: Network | null): 'unknown-key' | 'too-many-attempts' {
    if (network === null) return 'unknown-key'
    const nowMs = this.#options.nowMs()
    const { own } = network
    if (this.#own.hasReached(own, nowMs) || this.#wide.hasReached(widerNetwork(own), nowMs))
      return 'too-many-attempts'
    this.#own.add(own, 1, nowMs)
    return 'unknown-key'
  }
}
