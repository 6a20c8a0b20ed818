/**
 * What a store that speaks S3 answers other than what it was asked for. No message holds a
 * credential.
 */

/**
 * - `busy`: it asks to be left alone for a while, or fails; the same later may go well.
 * - `silent`: no answer, or not all of one: whether a write took place is unknown.
 * - `changed`: a condition of a write did not hold.
 * - `skewed`: it takes this machine's clock for wrong.
 * - `expired`: the credentials have run out.
 * - `refused`: wrong credentials, or rights that are not there.
 * - `no-bucket`: there is no such bucket.
 * - `not-there`: it cannot do that at all.
 * - `odd`: an answer that none should be.
 */
export type S3Trouble =
  | 'busy'
  | 'silent'
  | 'changed'
  | 'skewed'
  | 'expired'
  | 'refused'
  | 'no-bucket'
  | 'not-there'
  | 'odd'

export class S3Fault extends Error {
  override readonly name = 'S3Fault'
  readonly trouble: S3Trouble

  constructor(trouble: S3Trouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
  }
}

const BUSY_CODES = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'OperationAborted',
])
const EXPIRED_CODES = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'])
const NOT_THERE_CODES = new Set(['NotImplemented', 'XNotImplemented'])

/** @param code of the XML that came with it, '' where none did */
export function troubleOf(status: number, code: string): S3Trouble {
  if (code === 'RequestTimeTooSkewed') return 'skewed'
  if (EXPIRED_CODES.has(code)) return 'expired'
  if (NOT_THERE_CODES.has(code) || status === 501) return 'not-there'
  if (code === 'NoSuchBucket') return 'no-bucket'
  // 409: another conditional write of the same object is under way; what it leaves is to be read
  // first.
  if (status === 412 || code === 'ConditionalRequestConflict') return 'changed'
  if (BUSY_CODES.has(code) || status === 429 || status >= 500) return 'busy'
  if (status === 401 || status === 403) return 'refused'
  return 'odd'
}

/**
 * The code in an error's XML: letters alone, so that nothing of a stranger's goes into a message.
 */
export function codeIn(body: string): string {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(body)?.[1] ?? ''
}
