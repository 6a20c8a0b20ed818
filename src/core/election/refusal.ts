/**
 * Every expected "no", in one table: its code, its HTTP status (RFC 9457 problem details), and
 * words for people.
 *
 * A refusal never says which part of a key was wrong, nor anything about a ballot already cast.
 */
export const REFUSALS = {
  malformed: { status: 400, title: 'The request could not be read' },
  'no-ballots': { status: 400, title: 'Too many lines were no ballots: the rest was not read' },
  'in-clear': {
    status: 403,
    title:
      'This came unencrypted: it was refused and nothing was counted. Others may have read it on its way; use https',
  },
  'token-missing': { status: 401, title: 'This address needs an access token of this server' },
  'token-invalid': {
    status: 401,
    title:
      'The access token is unknown, expired or revoked, or needs a client certificate that did not come with it',
  },
  'token-scope': { status: 403, title: 'The access token is for something else' },
  'unknown-key': { status: 403, title: 'This voter key is not on the voter roll' },
  'polls-not-open': { status: 403, title: 'Voting has not opened yet' },
  'polls-closed': { status: 403, title: 'Voting has closed' },
  'results-after-close': { status: 403, title: 'Results of this election show after voting has closed' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'not-yet-published': { status: 404, title: 'The public log does not hold this ballot yet' },
  'unknown-election': { status: 404, title: 'There is no such election here' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'too-slow': { status: 408, title: 'The request took too long to arrive' },
  'not-extended': {
    status: 409,
    title: 'Voting was not extended: it ends no earlier as it is, or its end cannot be moved any more',
  },
  'key-already-used': { status: 409, title: 'This voter key has already been used' },
  'body-too-large': { status: 413, title: 'The request is larger than allowed' },
  'not-json': { status: 415, title: 'The request must be application/json' },
  compressed: { status: 415, title: 'The request must be sent uncompressed' },
  'unknown-candidate': { status: 422, title: 'There is no such candidate in this election' },
  'unknown-contest': { status: 422, title: 'There is no such contest on this voter’s ballot' },
  overvote: { status: 422, title: 'More options were chosen than the contest allows' },
  undervote: { status: 422, title: 'Fewer options were chosen than the contest asks for' },
  'several-contests': {
    status: 422,
    title: 'This election has several contests: use POST /elections/ID/ballots',
  },
  'too-many-attempts': { status: 429, title: 'Too many wrong keys from this address: wait a minute' },
  'challenge-needed': {
    status: 429,
    title:
      'Many wrong keys come from this address: send the solution of a challenge (GET /challenge), or try again in a minute',
  },
  'token-rate': { status: 429, title: 'The access token has used up its rate: try again in a moment' },
  'headers-too-large': { status: 431, title: 'The request’s headers, cookies included, are too large' },
  'too-busy': { status: 503, title: 'The server is busy: nothing was recorded, try again in a moment' },
  'storage-unavailable': {
    status: 503,
    title: 'The ballot could not be stored: nothing was recorded, try again in a moment',
  },
  'outcome-unknown': {
    status: 503,
    title: 'The ballot may have been recorded: ask again in a moment with the same Idempotency-Key',
  },
  'no-certificate': {
    status: 503,
    title: 'The server has no certificate yet, and takes nothing without encryption: try again in a moment',
  },
  stopping: { status: 503, title: 'The server is stopping: nothing was recorded, try again in a moment' },
} as const satisfies Record<string, { status: number; title: string }>

export type RefusalCode = keyof typeof REFUSALS

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: RefusalCode
  readonly detail?: string
}

/** The RFC 9457 body of a refusal. `detail` must hold nothing of a key or a choice. */
export function problem(code: RefusalCode, detail?: string): Problem {
  const { status, title } = REFUSALS[code]
  const body = { type: `urn:digital-elections:refusal:${code}`, title, status, code }
  return detail === undefined ? body : { ...body, detail }
}

/**
 * Seconds a client should wait before it tries again; `undefined` where trying again will not help.
 */
export function retryAfterSeconds(code: RefusalCode): number | undefined {
  const { status } = REFUSALS[code]
  if (code === 'token-rate') return 1
  if (status === 429) return 60
  return status === 503 ? 1 : undefined
}
