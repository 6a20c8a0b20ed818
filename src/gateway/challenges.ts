/**
 * Challenges for clients behind a held address, so that a voter there goes ahead of a guesser. The
 * server stores nothing about a challenge it gives: it is signed, expires soon, and is valid for
 * one address. The server stores used solutions until their challenge expires. If there is no room
 * for more, it accepts none, and all clients wait their turn as without challenges.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  CHALLENGE_BITS,
  CHALLENGE_S,
  type Challenge,
  challengeText,
  hashedText,
  hasZeroBits,
  readSolution,
  SOLUTION_HEADER,
} from '../core/access/challenge.ts'
import type { SharedNames } from './limits.ts'

/** About 170 a second: more takes some hundred processors. */
const MOST_USED = 20_000
const MOST_CHARACTERS = 100

export type SolutionFate = 'passed' | 'wrong' | 'used' | 'no-room'

export interface ChallengesOptions {
  /** The network of a request, as a text that is equal for equal networks. */
  readonly networkOf: (request: IncomingMessage) => string
  /** Unix milliseconds, about the same at all servers. */
  readonly nowMs: () => number
  readonly shared?: SharedNames | undefined
}

export class Challenges {
  readonly #options: ChallengesOptions
  readonly #key: Buffer
  /** MACs of challenges whose solution was used, with their expiry, oldest first. */
  readonly #used = new Map<string, number>()
  readonly #fates = new Map<SolutionFate | 'given', number>()

  constructor(options: ChallengesOptions) {
    this.#options = options
    const { shared } = options
    this.#key =
      shared === undefined
        ? randomBytes(32)
        : createHash('sha256').update(`challenges\n${shared.secret}`).digest()
    shared?.counts.onLearned((learned) => {
      for (const { kind, name } of learned) if (kind === 'used') this.#use(name)
    })
  }

  /** Creates a challenge for the sender of this request. */
  make(request: IncomingMessage): string {
    this.#count('given')
    const expiresS = Math.floor(this.#options.nowMs() / 1000) + CHALLENGE_S
    const open = { bits: CHALLENGE_BITS, expiresS, nonce: randomBytes(12).toString('base64url') }
    return challengeText({ ...open, mac: this.#mac(open, request) })
  }

  /** Returns whether a request has a valid unused solution; it is then used. */
  passes(request: IncomingMessage): boolean {
    const given = request.headers[SOLUTION_HEADER]
    if (typeof given !== 'string') return false
    const fate = this.#fateOf(given, request)
    this.#count(fate)
    return fate === 'passed'
  }

  /** Since the start: challenges given, and solutions by result. */
  fates(): ReadonlyMap<SolutionFate | 'given', number> {
    return this.#fates
  }

  #fateOf(text: string, request: IncomingMessage): SolutionFate {
    const { nowMs, shared } = this.#options
    const solution = text.length > MOST_CHARACTERS ? undefined : readSolution(text)
    if (solution === undefined) return 'wrong'
    const { challenge, number } = solution
    const mac = Buffer.from(this.#mac(challenge, request))
    if (!timingSafeEqual(mac, Buffer.from(challenge.mac))) return 'wrong'
    const leftS = challenge.expiresS - nowMs() / 1000
    // Compared with this server's clock only: another server whose clock runs ahead gives no more
    // time than a right one.
    if (leftS <= 0 || leftS > 2 * CHALLENGE_S || challenge.bits !== CHALLENGE_BITS) return 'wrong'
    const hash = createHash('sha256').update(hashedText(challenge, number)).digest()
    if (!hasZeroBits(hash, challenge.bits)) return 'wrong'
    this.#forgetEnded()
    if (this.#used.has(challenge.mac)) return 'used'
    if (this.#used.size >= MOST_USED) return 'no-room'
    this.#use(challenge.mac)
    shared?.counts.add('used', challenge.mac, '')
    return 'passed'
  }

  /** Stored for the longest time that any challenge can be valid. */
  #use(mac: string): void {
    if (this.#used.size < MOST_USED && !this.#used.has(mac))
      this.#used.set(mac, this.#options.nowMs() + 2 * CHALLENGE_S * 1000)
  }

  #forgetEnded(): void {
    const now = this.#options.nowMs()
    for (const [mac, untilMs] of this.#used) {
      if (untilMs > now) return
      this.#used.delete(mac)
    }
  }

  #mac({ bits, expiresS, nonce }: Omit<Challenge, 'mac'>, request: IncomingMessage): string {
    return createHmac('sha256', this.#key)
      .update(`${bits}\n${expiresS}\n${nonce}\n${this.#options.networkOf(request)}`)
      .digest()
      .subarray(0, 16)
      .toString('base64url')
  }

  #count(fate: SolutionFate | 'given'): void {
    this.#fates.set(fate, (this.#fates.get(fate) ?? 0) + 1)
  }
}
