/** What requests to the control socket may be, read from bytes that anybody may have sent. */
import { resolve } from 'node:path'
import { ENCODINGS, type Encoding } from '../../adapters/files/legacy-encoding.ts'
import type { RollForm } from '../../adapters/files/roll-rules.ts'
import { isTokenId, readToken } from '../../core/access/access-token.ts'
import { isId } from '../../core/election/id.ts'
import { readInstant } from '../../core/election/instant.ts'
import { ROLL_FIELDS, type RollField } from '../../core/roll/headings.ts'
import type { TokenQuestion } from '../../organise/access-tokens.ts'
import type { ChangeAsk } from '../../organise/served-change.ts'

export type ControlRequest =
  | { readonly kind: 'hello' }
  | { readonly kind: 'look' }
  | { readonly kind: 'tokens'; readonly question: TokenQuestion['kind'] }
  | { readonly kind: 'change'; readonly election: string; readonly change: ChangeAsk['change'] }

/** Paths and how many of them one request may name. */
const MOST_PATH = 4096
const MOST_AGAINST = 100
const CHANGE = /^\/elections\/([^/]+)\/(extend|add-voters)$/
const TOKENS = /^\/tokens\/(list|add|revoke)$/
export const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const STATE = /^"([0-9a-f]{64})"$/

/**
 * What is asked for by an address; the method it takes, and undefined where there is nothing at it.
 */
export function requestAt(
  path: string,
): { readonly method: 'GET' | 'POST'; readonly request: ControlRequest } | undefined {
  if (path === '/') return { method: 'GET', request: { kind: 'hello' } }
  if (path === '/look') return { method: 'POST', request: { kind: 'look' } }
  const [, question] = TOKENS.exec(path) ?? []
  if (question !== undefined)
    return { method: 'POST', request: { kind: 'tokens', question: question as TokenQuestion['kind'] } }
  const [, election, change] = CHANGE.exec(path) ?? []
  if (election === undefined || !isId(election)) return undefined
  return { method: 'POST', request: { kind: 'change', election, change: change as ChangeAsk['change'] } }
}

/** The state that a change was made from, by `If-Match`; undefined where it names none. */
export function stateIn(header: string | undefined): string | undefined {
  return STATE.exec(header ?? '')?.[1]
}

/** A question about tokens from the JSON of its body; undefined where it is malformed. */
export function tokenQuestionFrom(kind: TokenQuestion['kind'], text: string): TokenQuestion | undefined {
  const members = membersOf(text)
  if (members === undefined) return undefined
  const { token, id, ...rest } = members
  if (Object.keys(rest).length > 0) return undefined
  if (kind === 'list') return token === undefined && id === undefined ? { kind } : undefined
  if (kind === 'revoke')
    return token === undefined && typeof id === 'string' && isTokenId(id) ? { kind, id } : undefined
  const read = id === undefined ? readToken(token) : undefined
  return read?.revokedAtMs === null ? { kind, token: read } : undefined
}

function membersOf(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Readonly<Record<string, unknown>>
}

/** A change from the JSON of its body; undefined where it is malformed. */
export function changeFrom(change: ChangeAsk['change'], text: string): ChangeAsk | undefined {
  const members = membersOf(text)
  if (members === undefined) return undefined
  return change === 'extend' ? extension(members) : lateVoters(members)
}

function extension({
  closes_at: closesAt,
  ...rest
}: Readonly<Record<string, unknown>>): ChangeAsk | undefined {
  if (typeof closesAt !== 'string' || Object.keys(rest).length > 0) return undefined
  const instant = readInstant(closesAt)
  return typeof instant === 'string' ? undefined : { change: 'extend', closesAtMs: instant.ms }
}

function lateVoters({
  roll,
  keys,
  against,
  form,
  ...rest
}: Readonly<Record<string, unknown>>): ChangeAsk | undefined {
  if (Object.keys(rest).length > 0 || !isPath(roll) || !isPath(keys)) return undefined
  if (!Array.isArray(against) || against.length > MOST_AGAINST || !against.every(isPath)) return undefined
  if (form === undefined) return { change: 'add-voters', roll, keys, against }
  const read = rollForm(form)
  return read && { change: 'add-voters', roll, keys, against, form: read }
}

/** Of a heading or a sheet's name. */
const MOST_NAME = 200

/** What is said of a roll's form; undefined where it is malformed. */
function rollForm(value: unknown): RollForm | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { columns = {}, encoding, sheet, lookAlikes, ...rest } = value as Readonly<Record<string, unknown>>
  const isName = (name: unknown): boolean => typeof name === 'string' && name.length <= MOST_NAME
  if (Object.keys(rest).length > 0 || typeof columns !== 'object' || columns === null) return undefined
  if (
    !Object.entries(columns).every(
      ([field, name]) => ROLL_FIELDS.includes(field as RollField) && isName(name),
    )
  )
    return undefined
  if (encoding !== undefined && !ENCODINGS.includes(encoding as Encoding)) return undefined
  if (sheet !== undefined && !isName(sheet)) return undefined
  if (lookAlikes !== undefined && lookAlikes !== 'allowed') return undefined
  return value as RollForm
}

/** Absolute: this process and the one that asks may be in different folders. */
function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MOST_PATH &&
    !value.includes('\0') &&
    (resolve(value) === value || resolve(value) === value.replace(/[/\\]+$/, ''))
  )
}
