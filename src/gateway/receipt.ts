/**
 * The receipt as it is answered: JSON text put together by hand, since it is on the way of every
 * vote, and its schema.
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
          'Seconds after the close of voting that is finally in force, by which the ballot’s leaf is in the log',
      }),
      ...PLACE,
    }),
    Type.Object({
      log: LOG,
      publish_by: Type.Integer({
        description:
          'Unix seconds by which the ballot’s leaf is in the log: where each ballot is told as it comes (suppress_below 1)',
      }),
      ...PLACE,
    }),
  ],
  {
    title: 'Promise',
    description: 'Signed: the log will hold this leaf by then. A leaf that is missing later is evidence',
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
    description:
      'The ballot is durable. Kept as it is, this is the file that "elections verify --receipt" takes',
  },
)

/** All ASCII: ids and trackers need no escaping, a promise is such JSON already. */
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
