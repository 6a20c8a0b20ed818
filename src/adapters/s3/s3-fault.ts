/** Unexpected answers of an S3 store. No message contains a credential. */

/**
 * - `busy`: the store asks for a pause, or fails; the same request may succeed later.
 * - `silent`: no answer, or an incomplete one: it is unknown whether a write took place.
 * - `changed`: the condition of a write did not hold.
 * - `skewed`: the store considers this machine's clock wrong.
 * - `expired`: the credentials have expired.
 * - `refused`: the credentials are wrong, or rights are missing.
 * - `no-bucket`: the bucket does not exist.
 * - `not-there`: the store does not support the operation.
 * - `odd`: any other answer.
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

/** @param code from the XML of the answer, '' if there was none */
export function troubleOf(status: number, code: string): S3Trouble {
  if (code === 'RequestTimeTooSkewed') return 'skewed'
  if (EXPIRED_CODES.has(code)) return 'expired'
  if (NOT_THERE_CODES.has(code) || status === 501) return 'not-there'
  if (code === 'NoSuchBucket') return 'no-bucket'
  // 409: another conditional write of the same object is under way; its result must be read first.
  if (status === 412 || code === 'ConditionalRequestConflict') return 'changed'
  if (BUSY_CODES.has(code) || status === 429 || status >= 500) return 'busy'
  if (status === 401 || status === 403) return 'refused'
  return 'odd'
}

/**
 * The code in an error's XML: only letters, so that no text of an untrusted server gets into a
 * message.
 */
export function codeIn(body: string): string {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(body)?.[1] ?? ''
}
