/**
 * Where each refusal may be met, and the answers that follow from it. The table has a row per
 * refusal of the catalogue, or it does not compile: a new refusal is documented, or not there.
 */
import { problem, REFUSALS, type RefusalCode, retryAfterSeconds } from '../../core/election/refusal.ts'
import type { ApiResponse, Schema, Scope } from './form.ts'

const WHERE: Readonly<Record<RefusalCode, readonly Scope[]>> = {
  malformed: ['any'],
  'no-ballots': ['lines'],
  // At the port without TLS alone.
  'in-clear': ['ballot', 'vote'],
  'token-missing': ['token'],
  'token-invalid': ['token', 'lines'],
  'token-scope': ['token'],
  'unknown-key': ['key'],
  'polls-not-open': ['key'],
  'polls-closed': ['key', 'extension'],
  'results-after-close': ['count'],
  'not-found': ['election', 'file', 'proof'],
  'not-yet-published': ['proof'],
  'unknown-election': ['election'],
  'method-not-allowed': ['method'],
  'too-slow': ['any'],
  'not-extended': ['extension'],
  'key-already-used': ['key'],
  'body-too-large': ['body', 'lines'],
  'not-json': ['body', 'lines'],
  compressed: ['any'],
  'unknown-candidate': ['ballot', 'vote'],
  'unknown-contest': ['ballot', 'vote'],
  overvote: ['ballot'],
  undervote: ['ballot', 'vote'],
  'several-contests': ['vote'],
  'too-many-attempts': ['key'],
  'challenge-needed': ['slow'],
  'token-rate': ['token', 'lines'],
  'headers-too-large': ['any'],
  'too-busy': ['ballot', 'vote', 'count', 'large', 'proof', 'extension'],
  'storage-unavailable': ['key'],
  'outcome-unknown': ['ballot', 'vote'],
  'no-certificate': ['ready'],
  stopping: ['ballot', 'vote', 'ready', 'extension'],
}

export const REFUSAL_CODES = Object.keys(REFUSALS) as readonly RefusalCode[]

/** In the order of the catalogue. */
export function codesIn(scopes: readonly Scope[]): readonly RefusalCode[] {
  return REFUSAL_CODES.filter((code) => WHERE[code].some((scope) => scopes.includes(scope)))
}

/** A line of NDJSON is refused by itself; what ends the whole request stands in the last line. */
export const LINE_SCOPES: readonly Scope[] = ['key', 'ballot', 'vote', 'lines', 'any']
export const LINE_CODES = codesIn(LINE_SCOPES).filter(
  (code) => !['not-json', 'compressed', 'headers-too-large'].includes(code),
)

export const PROBLEM_SCHEMAS: Readonly<Record<string, Schema>> = {
  RefusalCode: {
    type: 'string',
    enum: REFUSAL_CODES,
    description: REFUSAL_CODES.map((code) => `- \`${code}\`: ${REFUSALS[code].title}`).join('\n'),
  },
  Problem: {
    type: 'object',
    description: 'A refusal, an expected "no" (RFC 9457). It never tells which part of a key was wrong.',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string', pattern: '^urn:digital-elections:refusal:[a-z-]+$' },
      title: { type: 'string', description: 'Words for people' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      code: { $ref: '#/components/schemas/RefusalCode' },
      detail: { type: 'string', description: 'What was wrong with this request' },
    },
  },
  Fault: {
    type: 'object',
    description: 'The server failed; what went wrong stands in its own log alone.',
    required: ['type', 'title', 'status'],
    properties: {
      type: { const: 'about:blank' },
      title: { type: 'string' },
      status: { const: 500 },
    },
  },
}

const PAGE = {
  'text/html': {
    schema: { type: 'string', description: 'The same in words for people, where a browser asks for a page' },
  },
}

/**
 * Of one status: a component, named by its status and codes, so that operations with the same ones
 * share it.
 */
export interface RefusalResponse {
  readonly name: string
  readonly status: number
  readonly response: ApiResponse
}

/** @param isPage whether a browser may open the address, and then gets a page */
export function refusalResponses(scopes: readonly Scope[], isPage: boolean): readonly RefusalResponse[] {
  const byStatus = Map.groupBy(codesIn(scopes), (code) => REFUSALS[code].status)
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => ({
      name: [status, ...codes, ...(isPage ? ['page'] : [])].join('.'),
      status,
      response: refusalResponse(status, codes, isPage),
    }))
}

function refusalResponse(status: number, codes: readonly RefusalCode[], isPage: boolean): ApiResponse {
  const waits = codes.some((code) => retryAfterSeconds(code) !== undefined)
  const headers = {
    ...(waits && { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }),
    ...(status === 401 && { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } }),
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${REFUSALS[code].title}.`).join('\n\n'),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { value: problem(code) }])),
      },
      ...(isPage && PAGE),
    },
  }
}

export function faultResponse(isPage: boolean): ApiResponse {
  return {
    description: 'The server failed.',
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Fault' },
        example: { type: 'about:blank', title: 'Internal error', status: 500 },
      },
      ...(isPage && PAGE),
    },
  }
}

/**
 * The whole catalogue with the operations that each refusal may come from, for the document's own
 * list.
 */
export function refusalTable(operations: ReadonlyMap<string, readonly Scope[]>): readonly object[] {
  return REFUSAL_CODES.map((code) => ({
    code,
    ...REFUSALS[code],
    ...(retryAfterSeconds(code) !== undefined && { retry_after_seconds: retryAfterSeconds(code) }),
    operations: [...operations]
      .filter(([, scopes]) => codesIn(scopes).includes(code))
      .map(([operation]) => operation),
  }))
}
