/**
 * The body of `POST /vote`: its schema, and the same check by hand for the hot path. A property
 * test holds the two together.
 */
import Type from 'typebox'
import { MAX_PERSONAL_ID } from '../core/election/credential.ts'
import { readJson } from './json-body.ts'

export const MAX_GUID = 64
export const MAX_CANDIDATE = 200

export const VoteBodySchema = Type.Object(
  {
    personal_id: Type.String({
      minLength: 1,
      maxLength: MAX_PERSONAL_ID,
      description: 'As on the voter roll',
    }),
    guid: Type.String({ minLength: 1, maxLength: MAX_GUID, description: 'The voter’s one-time key' }),
    candidate: Type.String({ minLength: 1, maxLength: MAX_CANDIDATE, description: 'An option’s id or name' }),
    contests: Type.Optional(Type.Never({ description: 'Of the general form: refused beside `candidate`' })),
  },
  { title: 'Vote' },
)
export type VoteBody = Type.Static<typeof VoteBodySchema>

export const IDEMPOTENCY_KEY_PATTERN = '^[\\x21-\\x7e]{1,128}$'
const IDEMPOTENCY_KEY = new RegExp(IDEMPOTENCY_KEY_PATTERN)

export function isIdempotencyKey(text: string): boolean {
  return IDEMPOTENCY_KEY.test(text)
}

/**
 * JSON to a vote body, or undefined where it is malformed. Lengths are in code points, as the
 * schema's are. Members beyond the three are ignored, but for `contests`: a body in both forms
 * could mean two votes.
 */
export function parseVoteBody(bytes: Buffer): VoteBody | undefined {
  const body = readJson(bytes)
  return isVoteBody(body) ? body : undefined
}

export function isVoteBody(body: unknown): body is VoteBody {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false
  const { personal_id, guid, candidate, contests } = body as Record<string, unknown>
  if (contests !== undefined) return false
  return isText(personal_id, MAX_PERSONAL_ID) && isText(guid, MAX_GUID) && isText(candidate, MAX_CANDIDATE)
}

function isText(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value.length === 0) return false
  if (value.length <= max) return true
  // A character outside the basic plane is two units long but one code point.
  return value.length <= 2 * max && [...value].length <= max
}
