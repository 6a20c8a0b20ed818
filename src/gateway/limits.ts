/**
 * Slows down whoever guesses keys: so many wrong keys a minute per address, then 429 for that address. Right keys
 * cost nothing here, so a polling place behind one address is never slowed down.
 *
 * Keys have 122 random bits, so this protects the server's time, not the keys. Memory is bounded: when too many
 * addresses are remembered, all are forgotten.
 */
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'

const WINDOW_MS = 60_000
const ADDRESSES_LIMIT = 20_000
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

export interface WrongKeyLimitOptions {
  /** Wrong keys a minute and address; 0 is no limit. */
  readonly perMinute: number
  /** Whether the right-most X-Forwarded-For entry, set by one's own proxy, names the client. */
  readonly trustProxy: boolean
  readonly nowMs: () => number
}

export class WrongKeyLimit {
  readonly #options: WrongKeyLimitOptions
  readonly #wrong = new Map<string, number>()
  #windowEndsMs = 0
  /** Whether anybody is over the limit in this window: spares the look-up per vote while nobody is. */
  #anybodyBlocked = false

  constructor(options: WrongKeyLimitOptions) {
    this.#options = options
  }

  isBlocked(request: IncomingMessage): boolean {
    if (!this.#anybodyBlocked) return false
    this.#turnWindow()
    return (this.#wrong.get(this.#addressOf(request)) ?? 0) >= this.#options.perMinute
  }

  countWrongKeys(request: IncomingMessage, times: number): void {
    if (this.#options.perMinute === 0 || times === 0) return
    const address = this.#addressOf(request)
    // The machine itself: its operator, its tests, or a proxy that was not declared and would block everybody.
    if (LOOPBACK.test(address)) return
    this.#turnWindow()
    if (this.#wrong.size >= ADDRESSES_LIMIT) this.#wrong.clear()
    const count = (this.#wrong.get(address) ?? 0) + times
    this.#wrong.set(address, count)
    if (count >= this.#options.perMinute) this.#anybodyBlocked = true
  }

  #turnWindow(): void {
    const nowMs = this.#options.nowMs()
    // The second test is for a clock that was set back: nobody stays blocked for the length of the jump.
    if (nowMs < this.#windowEndsMs && nowMs >= this.#windowEndsMs - WINDOW_MS) return
    this.#windowEndsMs = nowMs + WINDOW_MS
    this.#wrong.clear()
    this.#anybodyBlocked = false
  }

  #addressOf(request: IncomingMessage): string {
    const remote = request.socket.remoteAddress ?? ''
    if (!this.#options.trustProxy) return network(remote)
    const forwarded = request.headers['x-forwarded-for']
    const last = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? ''))
      .split(',')
      .at(-1)!
      .trim()
    return network(last === '' ? remote : last.slice(0, 64))
  }
}

/** An IPv6 customer holds at least a /64: the first four groups stand for it. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::')) return address
  return address.split(':').slice(0, 4).join(':')
}
