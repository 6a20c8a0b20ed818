/**
 * The body of the general form: one ballot with any number of contests. A line of `POST /ballots`
 * has the same form.
 */
import Type from 'typebox'
import type { BallotRules } from '../core/election/choices.ts'
import { MAX_PERSONAL_ID } from '../core/election/credential.ts'
import { MAX_CONTESTS, MAX_OPTIONS } from '../core/election/definition-schema.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Vote } from '../pipeline/cast.ts'
import { readJsonText } from './json-body.ts'
import { isIdempotencyKey, isVoteBody, MAX_CANDIDATE, MAX_GUID } from './vote-body.ts'

export const BallotBodySchema = Type.Object(
  {
    personal_id: Type.String({ minLength: 1, maxLength: MAX_PERSONAL_ID }),
    guid: Type.String({ minLength: 1, maxLength: MAX_GUID }),
    contests: Type.Record(
      Type.String({ maxLength: 64 }),
      Type.Array(Type.String({ maxLength: MAX_CANDIDATE }), { maxItems: MAX_OPTIONS }),
      {
        maxProperties: MAX_CONTESTS,
        description: 'The chosen options, by id or name, for each contest id; an omitted contest is blank',
      },
    ),
    candidate: Type.Optional(
      Type.Never({ description: 'Belongs to the short form: refused beside `contests`' }),
    ),
  },
  { title: 'Ballot' },
)
export type BallotBody = Type.Static<typeof BallotBodySchema>

/**
 * Parses one line of NDJSON: the short form or the general one, with `idempotency_key` if a retry
 * must be possible.
 */
export function parseBallotLine(text: string, rules: BallotRules): Vote | RefusalCode {
  // An exception costs more than a ballot: text that cannot be an object is not parsed.
  if (!text.trimEnd().endsWith('}')) return 'malformed'
  const body = readJsonText(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'malformed'
  const idempotencyKey = (body as { idempotency_key?: unknown }).idempotency_key ?? null
  if (idempotencyKey !== null && (typeof idempotencyKey !== 'string' || !isIdempotencyKey(idempotencyKey)))
    return 'malformed'
  if (isVoteBody(body)) {
    const marked = rules.markOne(body.candidate)
    return typeof marked === 'string'
      ? marked
      : { personalId: body.personal_id, guid: body.guid, marked, idempotencyKey }
  }
  if (!isBallotBody(body)) return 'malformed'
  const marked = rules.mark(body.contests)
  return typeof marked === 'string'
    ? marked
    : { personalId: body.personal_id, guid: body.guid, marked, idempotencyKey }
}

function isBallotBody(body: object): body is BallotBody {
  const { personal_id, guid, contests, candidate } = body as Record<string, unknown>
  if (candidate !== undefined || !isVoteBody({ personal_id, guid, candidate: '-' })) return false
  if (typeof contests !== 'object' || contests === null || Array.isArray(contests)) return false
  const lists = Object.values(contests)
  return (
    lists.length <= MAX_CONTESTS &&
    lists.every(
      (list) =>
        Array.isArray(list) && list.length <= MAX_OPTIONS && list.every((word) => typeof word === 'string'),
    )
  )
}
