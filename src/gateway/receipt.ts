/**
 * The receipt as it is answered, and its schema. Its JSON is concatenated, because it is in the
 * path of every vote.
 */
import Type from 'typebox'
import { MOST_PROMISES } from '../core/log/promise.ts'
import type { Receipt } from '../pipeline/cast.ts'

const PLACE = {
  salt: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  index: Type.Integer({ minimum: 0, maximum: MOST_PROMISES - 1 }),
  hashes: Type.Array(Type.String(), { maxItems: Math.log2(MOST_PROMISES) }),
  note: Type.String({ description: 'Signed note over the batch of promises' }),
}
const LOG = Type.String({ description: 'The log’s origin' })

export const PromiseSchema = Type.Union(
  [
    Type.Object({
      v: Type.Literal(2),
      log: LOG,
      within: Type.Integer({
        description:
          'The ballot’s leaf is in the public log at most this many seconds after the final close of voting',
      }),
      ...PLACE,
    }),
    Type.Object({
      log: LOG,
      publish_by: Type.Integer({
        description:
          'Unix seconds by which the ballot’s leaf is in the public log, if each ballot is ' +
          'published at once (suppress_below 1)',
      }),
      ...PLACE,
    }),
  ],
  {
    title: 'Promise',
    description:
      'Signed: the public log will have this leaf by then. If it is missing later, the promise ' +
      'is evidence',
  },
)

export const ReceiptSchema = Type.Object(
  {
    status: Type.Literal('recorded'),
    election: Type.String(),
    tracker: Type.String({
      pattern: '^[\\w-]{43}$',
      description: 'The ballot’s leaf hash in the public log',
    }),
    promise: Type.Optional(PromiseSchema),
  },
  {
    title: 'Receipt',
    description: 'The ballot is durable. Saved unchanged, this is the file for "elections verify --receipt"',
  },
)

/** All ASCII: ids and trackers need no escaping, and a promise already is such JSON. */
export function receiptBody(electionId: string, { tracker, promise }: Receipt): string {
  return `{"status":"recorded","election":"${electionId}","tracker":"${tracker}"${promiseMember(promise)}}\n`
}

/** A receipt among the answers to NDJSON. */
export function receiptLine({ tracker, promise }: Receipt): string {
  return `{"status":201,"tracker":"${tracker}"${promiseMember(promise)}}\n`
}

function promiseMember(promise: string | null): string {
  return promise === null ? '' : `,"promise":${promise}`
}
