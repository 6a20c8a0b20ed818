/**
 * The door for machines: judges the access token of a request by the table in
 * `core/access/who-may.ts`, and keeps each token to its rate. A request without a token costs a
 * look at one header.
 *
 * A token is compared by the hash of its secret, in a time that tells nothing of it. No token, and
 * no part of one but its id, reaches a log line, a metric or an answer.
 */
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type AccessToken, bearerOf, fitsCertificate, standingOf } from '../core/access/access-token.ts'
import { Rate } from '../core/access/rate.ts'
import { type Credential, type Guarded, mayNot, type Requirable } from '../core/access/who-may.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { KnownTokens } from '../ports/access-tokens.ts'
import type { Clock } from '../ports/clock.ts'
import { clientCertificateOf } from './client-certificate.ts'
import { sendProblemLater } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose token the route looks at; left out, it is open and looks at none. */
    readonly access?: Guarded
  }
}

export interface AccessSettings {
  readonly tokens: KnownTokens
  /** What needs a token here. */
  readonly required: ReadonlySet<Requirable>
  readonly clock: Clock
}

export interface AccessRefusal {
  readonly code: RefusalCode
  /** Seconds until it helps to ask again, where it does. */
  readonly waitS?: number
}

/** Ids of tokens, and how often each was used. */
export type TokenUses = readonly (readonly [id: string, times: number])[]

/**
 * Compared with where there is no such token, so that a wrong id takes as long as a wrong secret.
 */
const NOBODY = Buffer.alloc(32)

interface Known {
  readonly token: AccessToken
  readonly sha256: Buffer
  readonly rate: Rate
}

export class AccessGate {
  readonly #settings: AccessSettings
  readonly #nowMs: () => number
  /** Tokens that were used, as they were known then: no more than there are. */
  readonly #used = new Map<string, Known>()
  readonly #answers = new Map<RefusalCode | 'allowed', number>()

  /** @param nowMs of a clock that only grows */
  constructor(settings: AccessSettings, nowMs: () => number = () => performance.now()) {
    this.#settings = settings
    this.#nowMs = nowMs
  }

  requires(group: Requirable): boolean {
    return this.#settings.required.has(group)
  }

  /**
   * Why a request may not go on; null where it may. One that may has used one of its token's rate.
   */
  refuses(request: IncomingMessage, group: Guarded): AccessRefusal | null {
    const { authorization } = request.headers
    const given = authorization === undefined ? undefined : bearerOf(authorization)
    if (given === undefined) {
      const code = mayNot(group, { kind: 'none' }, this.#settings.required)
      return code === null ? null : this.#refused({ code })
    }
    const known = this.#known(given, request)
    const code = mayNot(group, this.#credential(known), this.#settings.required)
    if (code !== null) return this.#refused({ code })
    const nowMs = this.#nowMs()
    const waitMs = known!.rate.waitMs(nowMs)
    if (waitMs > 0) return this.#refused({ code: 'token-rate', waitS: Math.ceil(waitMs / 1000) })
    known!.rate.take(1, nowMs)
    this.#count('allowed')
    return null
  }

  /** The id of the token that opened the way to casting for a request; undefined where none did. */
  holder(request: IncomingMessage): string | undefined {
    return this.#castWith(request)?.token.id
  }

  /** The rate that the lines of an import count against; undefined where it has no token. */
  rateOf(request: IncomingMessage): Rate | undefined {
    return this.#castWith(request)?.rate
  }

  /**
   * How often tokens were used here since this was asked last, by their ids: for others that keep
   * the same rates.
   */
  reportUses(): TokenUses {
    return [...this.#used].flatMap(([id, { rate }]) => {
      const times = rate.tell()
      return times === 0 ? [] : [[id, times] as const]
    })
  }

  /** Counts what came to others. */
  usedElsewhere(uses: TokenUses): void {
    for (const [id, times] of uses) {
      const token = this.#settings.tokens.find(id)
      if (token !== undefined) this.#kept(token).rate.takenElsewhere(times, this.#nowMs())
    }
  }

  /** How many requests were answered what for their token, or for want of one, since the start. */
  answers(): ReadonlyMap<RefusalCode | 'allowed', number> {
    return this.#answers
  }

  #castWith(request: IncomingMessage): Known | undefined {
    const { authorization } = request.headers
    const given = authorization === undefined ? undefined : bearerOf(authorization)
    const known = given && this.#known(given, request)
    return known && mayNot('cast', this.#credential(known), this.#settings.required) === null
      ? known
      : undefined
  }

  #credential(known: Known | undefined): Credential {
    if (known === undefined) return { kind: 'wrong' }
    const { token } = known
    const standing = standingOf(token, this.#settings.clock.nowMs())
    return { kind: 'token', standing, scopes: token.scopes }
  }

  /**
   * A token over a connection without the client certificate it is bound to is a wrong one (RFC
   * 8705 section 3).
   */
  #known(
    { id, secret }: { readonly id: string; readonly secret: string },
    request: IncomingMessage,
  ): Known | undefined {
    const token = this.#settings.tokens.find(id)
    const kept = token && this.#kept(token)
    const sha256 = hash('sha256', secret, 'buffer')
    if (!timingSafeEqual(sha256, kept?.sha256 ?? NOBODY) || kept === undefined) return undefined
    if (kept.token.certificate === undefined) return kept
    const shown = clientCertificateOf(request.socket)
    return fitsCertificate(kept.token, shown, this.#settings.clock.nowMs()) ? kept : undefined
  }

  #kept(token: AccessToken): Known {
    const kept = this.#used.get(token.id)
    if (kept?.token === token) return kept
    const known: Known = {
      token,
      sha256: Buffer.from(token.sha256, 'hex'),
      // What is learned again of the same token gives nobody a new start.
      rate: kept?.token.perSecond === token.perSecond ? kept.rate : new Rate(token.perSecond, this.#nowMs()),
    }
    this.#used.set(token.id, known)
    return known
  }

  #refused(refusal: AccessRefusal): AccessRefusal {
    this.#count(refusal.code)
    return refusal
  }

  #count(answer: RefusalCode | 'allowed'): void {
    this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1)
  }
}

/**
 * Judges requests through the framework before anything of their body is read. Call before routes
 * are added.
 */
export function guardRoutes(app: FastifyInstance, gate: AccessGate): void {
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (access === undefined || request.is404) return
    const refusal = gate.refuses(request.raw, access)
    if (refusal !== null) return sendProblemLater(reply, refusal.code, refusal.waitS)
  })
}
