/**
 * The body of the general form, one ballot of any number of contests, and of a line of
 * `POST /ballots`.
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
        description: 'Options chosen, by id or name, per contest id; a contest left out is left blank',
      },
    ),
    candidate: Type.Optional(Type.Never({ description: 'Of the short form: refused beside `contests`' })),
  },
  { title: 'Ballot' },
)
export type BallotBody = Type.Static<typeof BallotBodySchema>

/**
 * One line of NDJSON to a vote: the short form or the general one, with `idempotency_key` where a
 * retry must be possible.
 */
export function parseBallotLine(text: string, rules: BallotRules): Vote | RefusalCode {
  // An exception costs more than a ballot: what cannot be an object is not tried.
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
