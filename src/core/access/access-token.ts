/**
 * Access tokens of machines: polling places, kiosks, importers, the press. A token's text is shown
 * once, when it is made; what is kept is its id and the hash of its secret. It casts nothing by
 * itself: a ballot needs its voter's key.
 */

import { printable } from '../printable.ts'

/** What a token may open; docs/operations.md, "Access tokens". */
export const SCOPES = ['cast', 'results', 'amend'] as const
export type Scope = (typeof SCOPES)[number]

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

/** As it is stored. */
export interface AccessToken {
  /** 10 characters; not secret. */
  readonly id: string
  /** What people call it. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /**
   * SHA-256 of the secret's text, 64 hex digits. The secret has 256 random bits, so that its hash
   * tells nothing of it.
   */
  readonly sha256: string
  /** Requests, and lines of imports, a second. */
  readonly perSecond: number
  /** Unix milliseconds. */
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** null while it is not revoked. */
  readonly revokedAtMs: number | null
  /** The client certificate it is good with alone; left out where it needs none. */
  readonly certificate?: BoundCertificate
}

/**
 * One certificate by the SHA-256 of its DER form, 64 hex digits; or every one of a subject, renewed
 * ones too.
 */
export type BoundCertificate = { readonly sha256: string } | { readonly subject: string }

/** What a connection has proved of its client; `subject` in the form of {@link subjectText}. */
export interface ClientCertificate {
  readonly sha256: string
  readonly subject: string
  /** Unix milliseconds. */
  readonly notAfterMs: number
}

export const MOST_TOKENS = 1_000
export const MOST_NAME = 100
export const MOST_SUBJECT = 500
export const LEAST_RATE = 1 / 60
export const MOST_RATE = 1_000_000
const PREFIX = 'elections_'
const ID = /^[a-z0-9]{10}$/
const SECRET = /^[A-Za-z0-9_-]{43}$/
const BEARER = /^bearer +(elections_[a-z0-9]{10}_[A-Za-z0-9_-]{43}) *$/i
const SHA256 = /^[0-9a-f]{64}$/
const RATE = /^(\d{1,7}(?:\.\d{1,3})?)\/(s|min)$/

export const isTokenId = (text: string): boolean => ID.test(text)

/** The text that a machine sends. @param secret 43 characters of base64url, 32 bytes */
export function tokenText(id: string, secret: string): string {
  if (!ID.test(id) || !SECRET.test(secret)) throw new Error('a token has an id and a secret')
  return `${PREFIX}${id}_${secret}`
}

/**
 * The token of an `Authorization` header (RFC 6750, section 2.1).
 * @returns undefined where the header has no token of this program: a proxy may have credentials of
 *   its own there
 */
export function bearerOf(header: string): { readonly id: string; readonly secret: string } | undefined {
  const text = BEARER.exec(header)?.[1]
  if (text === undefined || !text.startsWith(PREFIX)) return undefined
  return { id: text.slice(10, 20), secret: text.slice(21) }
}

/**
 * A subject in one line. @param lines as X.509 libraries list its parts, one a line, in their order
 */
export const subjectText = (lines: string): string => lines.split('\n').join(', ')

/** A SHA-256 in 64 hex digits. @param fingerprint as X.509 libraries write it, "AB:CD:…" */
export const fingerprintText = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase()

/**
 * Whether a token is good over a connection. @param shown undefined where the client has shown none
 * that is good
 */
export function fitsCertificate(
  { certificate }: AccessToken,
  shown: ClientCertificate | undefined,
  nowMs: number,
): boolean {
  if (certificate === undefined) return true
  if (shown === undefined || nowMs >= shown.notAfterMs) return false
  return 'sha256' in certificate ? certificate.sha256 === shown.sha256 : certificate.subject === shown.subject
}

export type Standing = 'good' | 'expired' | 'revoked'

export function standingOf({ revokedAtMs, expiresAtMs }: AccessToken, nowMs: number): Standing {
  if (revokedAtMs !== null) return 'revoked'
  return nowMs < expiresAtMs ? 'good' : 'expired'
}

/**
 * A rate such as `20/s` or `30/min`, as a number a second; undefined for other text and what is out
 * of bounds.
 */
export function readRate(text: string): number | undefined {
  const [, figure, per] = RATE.exec(text.trim()) ?? []
  if (figure === undefined) return undefined
  const perSecond = Number(figure) / (per === 'min' ? 60 : 1)
  return isRate(perSecond) ? perSecond : undefined
}

export function rateInWords(perSecond: number): string {
  const round = (figure: number): string => String(Math.round(figure * 1000) / 1000)
  return perSecond < 1 ? `${round(perSecond * 60)}/min` : `${round(perSecond)}/s`
}

const isRate = (perSecond: unknown): perSecond is number =>
  typeof perSecond === 'number' && perSecond >= LEAST_RATE && perSecond <= MOST_RATE
const isTime = (ms: unknown): ms is number => Number.isSafeInteger(ms) && (ms as number) > 0

/** One line, not blank, of what can be printed. */
export function isTokenName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= MOST_NAME && /\S/.test(name) && printable(name) === name
}

/** A stored token from JSON; undefined where it is malformed in any member, or has one more. */
export function readToken(value: unknown): AccessToken | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { id, name, scopes, sha256, perSecond, createdAtMs, expiresAtMs, revokedAtMs, certificate, ...rest } =
    value as Readonly<Record<string, unknown>>
  if (Object.keys(rest).length > 0) return undefined
  if (typeof id !== 'string' || !ID.test(id) || !isTokenName(name) || !areScopes(scopes)) return undefined
  if (typeof sha256 !== 'string' || !SHA256.test(sha256) || !isRate(perSecond)) return undefined
  if (!isTime(createdAtMs) || !isTime(expiresAtMs)) return undefined
  if (revokedAtMs !== null && !isTime(revokedAtMs)) return undefined
  const token = { id, name, scopes, sha256, perSecond, createdAtMs, expiresAtMs, revokedAtMs }
  if (certificate === undefined) return token
  return isBoundCertificate(certificate) ? { ...token, certificate } : undefined
}

export function isSubject(text: unknown): text is string {
  return (
    typeof text === 'string' && text.length <= MOST_SUBJECT && /\S/.test(text) && printable(text) === text
  )
}

function isBoundCertificate(value: unknown): value is BoundCertificate {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return false
  const { sha256, subject } = value as { readonly sha256?: unknown; readonly subject?: unknown }
  return sha256 === undefined ? isSubject(subject) : typeof sha256 === 'string' && SHA256.test(sha256)
}

function areScopes(value: unknown): value is readonly Scope[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((scope) => typeof scope === 'string' && isScope(scope))
  )
}
