/**
 * Checks the access token of a request by the table in `core/access/who-may.ts`, and limits the
 * rate of each token. A request without a token costs one look at its headers.
 *
 * A token is compared by the hash of its secret in constant time, once for each connection: later
 * requests are compared with what their own connection has proved. No part of a token except its id
 * gets into a log line, a metric or an answer.
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
    /**
     * The group of tokens that the route accepts; if left out, the route is open and reads no
     * token.
     */
    readonly access?: Guarded
  }
}

export interface AccessSettings {
  readonly tokens: KnownTokens
  /** What requires a token on this server. */
  readonly required: ReadonlySet<Requirable>
  readonly clock: Clock
}

export interface AccessRefusal {
  readonly code: RefusalCode
  /** Seconds until a new request can succeed, if waiting helps. */
  readonly waitS?: number
}

/** Ids of tokens, and how often each was used. */
export type TokenUses = readonly (readonly [id: string, times: number])[]

/** Compared if there is no such token, so that a wrong id takes as long as a wrong secret. */
const NOBODY = Buffer.alloc(32)

/** A token whose secret a connection has shown: its next request need not be hashed again. */
const PROVED = Symbol('the token that a connection has proved')
interface Proof {
  readonly authorization: string
  readonly known: Known
}

interface Known {
  readonly token: AccessToken
  readonly sha256: Buffer
  readonly rate: Rate
}

export class AccessGate {
  readonly #settings: AccessSettings
  readonly #nowMs: () => number
  /** Tokens that were used, as known at their last use. Never larger than the number of tokens. */
  readonly #used = new Map<string, Known>()
  readonly #answers = new Map<RefusalCode | 'allowed', number>()

  /** @param nowMs of a monotonic clock */
  constructor(settings: AccessSettings, nowMs: () => number = () => performance.now()) {
    this.#settings = settings
    this.#nowMs = nowMs
  }

  requires(group: Requirable): boolean {
    return this.#settings.required.has(group)
  }

  /**
   * Returns why a request is refused; null if it is allowed. An allowed request counts against its
   * token's rate.
   */
  refuses(request: IncomingMessage, group: Guarded): AccessRefusal | null {
    const known = this.#known(request)
    if (known === null) {
      const code = mayNot(group, { kind: 'none' }, this.#settings.required)
      return code === null ? null : this.#refused({ code })
    }
    const code = mayNot(group, this.#credential(known), this.#settings.required)
    if (code !== null) return this.#refused({ code })
    const nowMs = this.#nowMs()
    const waitMs = known!.rate.waitMs(nowMs)
    if (waitMs > 0) return this.#refused({ code: 'token-rate', waitS: Math.ceil(waitMs / 1000) })
    known!.rate.take(1, nowMs)
    this.#count('allowed')
    return null
  }

  /** The id of the token that allows a request to cast; undefined without such a token. */
  holder(request: IncomingMessage): string | undefined {
    return this.#castWith(request)?.token.id
  }

  /** The rate against which the lines of an import count; undefined without a token. */
  rateOf(request: IncomingMessage): Rate | undefined {
    return this.#castWith(request)?.rate
  }

  /**
   * Returns how often each token was used here since the last call, for other processes that apply
   * the same rates.
   */
  reportUses(): TokenUses {
    return [...this.#used].flatMap(([id, { rate }]) => {
      const times = rate.tell()
      return times === 0 ? [] : [[id, times] as const]
    })
  }

  /** Counts uses that other processes report. */
  usedElsewhere(uses: TokenUses): void {
    for (const [id, times] of uses) {
      const token = this.#settings.tokens.find(id)
      if (token !== undefined) this.#kept(token).rate.takenElsewhere(times, this.#nowMs())
    }
  }

  /** How many requests got each answer because of their token or its absence, since the start. */
  answers(): ReadonlyMap<RefusalCode | 'allowed', number> {
    return this.#answers
  }

  #castWith(request: IncomingMessage): Known | undefined {
    const known = this.#known(request) ?? undefined
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
   * A token bound to a client certificate is invalid on a connection without that certificate (RFC
   * 8705 section 3).
   *
   * @returns null if the request has no token of this program, undefined if it has an invalid one
   */
  #known({ headers: { authorization }, socket }: IncomingMessage): Known | undefined | null {
    if (authorization === undefined) return null
    const kept = this.#proved(authorization, socket)
    if (!kept || kept.token.certificate === undefined) return kept
    const shown = clientCertificateOf(socket)
    return fitsCertificate(kept.token, shown, this.#settings.clock.nowMs()) ? kept : undefined
  }

  #proved(authorization: string, socket: IncomingMessage['socket'] & { [PROVED]?: Proof }) {
    const proof = socket[PROVED]
    if (proof?.authorization === authorization) {
      const { known } = proof
      // A token that was revoked or read again is another object, and is checked again.
      if (this.#settings.tokens.find(known.token.id) === known.token) return known
    }
    const given = bearerOf(authorization)
    if (given === undefined) return null
    const token = this.#settings.tokens.find(given.id)
    const kept = token && this.#kept(token)
    const sha256 = hash('sha256', given.secret, 'buffer')
    if (!timingSafeEqual(sha256, kept?.sha256 ?? NOBODY) || kept === undefined) return undefined
    socket[PROVED] = { authorization, known: kept }
    return kept
  }

  #kept(token: AccessToken): Known {
    const kept = this.#used.get(token.id)
    if (kept?.token === token) return kept
    const known: Known = {
      token,
      sha256: Buffer.from(token.sha256, 'hex'),
      // The token's data may be read again: its rate continues, with no new allowance.
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
 * Checks requests through the framework before their body is read. Call this before routes are
 * added.
 */
export function guardRoutes(app: FastifyInstance, gate: AccessGate): void {
  app.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config
    if (access === undefined || request.is404) return
    const refusal = gate.refuses(request.raw, access)
    if (refusal !== null) return sendProblemLater(reply, refusal.code, refusal.waitS)
  })
}
