/**
 * The one place that makes answers other than the wanted ones: problem+json (RFC 9457), or a page
 * for people where their browser opens an address; `Retry-After` where trying again helps. Through
 * the framework, on a bare response, or as bytes where a request could not even be read.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { problem, REFUSALS, type RefusalCode, retryAfterSeconds } from '../core/election/refusal.ts'
import { problemPage, wantsPage } from './problem-page.ts'

export const PROBLEM_JSON = 'application/problem+json'
/** Of a page that needs nothing but itself. */
const PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function sendProblem(reply: FastifyReply, code: RefusalCode, detail?: string): FastifyReply {
  return send(reply, answerOf(code, asksForPage(reply), { detail, home: homeOf(reply) }))
}

/** @param waitS seconds for `Retry-After`, where they are not the table's */
export function sendProblemLater(reply: FastifyReply, code: RefusalCode, waitS?: number): FastifyReply {
  return send(reply, answerOf(code, asksForPage(reply), { waitS, home: homeOf(reply) }))
}

/** Of the document that is not sent after all. */
const OF_DOCUMENT = ['etag', 'content-encoding', 'content-disposition', 'content-length'] as const

/**
 * Turns an answer that is about to be sent into a refusal.
 * @returns the body to send instead
 */
export function refuseInstead(reply: FastifyReply, code: RefusalCode): Buffer {
  for (const name of OF_DOCUMENT) reply.removeHeader(name)
  return became(reply, answerOf(code, asksForPage(reply)))
}

/** What went wrong is for the logger alone. */
export function sendInternalError(reply: FastifyReply): FastifyReply {
  const page = asksForPage(reply)
  const body = JSON.stringify({ type: 'about:blank', title: 'Internal error', status: 500 })
  return send(reply, answer(500, page, page ? problemPage(undefined, 500) : body))
}

/** Ends a response that the framework does not know of. */
export function endWithProblem(response: ServerResponse, code: RefusalCode, waitS?: number): void {
  const { method, headers } = response.req
  const { status, headers: ours, body } = answerOf(code, wantsPage(method, headers.accept), { waitS })
  response.writeHead(status, { ...ours, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** A whole answer as it goes over the wire, after which the connection ends. */
export function problemBytes(code: RefusalCode, page: boolean): string {
  const { status, headers, body } = answerOf(code, page)
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`
}

function answerOf(
  code: RefusalCode,
  page: boolean,
  more: {
    readonly detail?: string | undefined
    readonly waitS?: number | undefined
    readonly home?: string
  } = {},
): Answer {
  const { status } = REFUSALS[code]
  const body = page ? problemPage(code, status, more.home) : JSON.stringify(problem(code, more.detail))
  const wait = more.waitS ?? retryAfterSeconds(code)
  const headers = {
    ...(wait !== undefined && { 'retry-after': String(wait) }),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  }
  return answer(status, page, body, headers)
}

function answer(
  status: number,
  page: boolean,
  body: string,
  more: Readonly<Record<string, string>> = {},
): Answer {
  const kind: Record<string, string> = page
    ? { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY }
    : { 'content-type': PROBLEM_JSON }
  const headers = { ...kind, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...more }
  return { status, headers, body }
}

function homeOf({ request }: FastifyReply): string {
  return request.server.home
}

function asksForPage({ request }: FastifyReply): boolean {
  return wantsPage(request.method, request.headers.accept)
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.send(became(reply, answer))
}

/**
 * @returns the body as bytes: to text the framework adds a charset, which this media type does not
 *   have
 */
function became(reply: FastifyReply, { status, headers, body }: Answer): Buffer {
  reply.code(status).headers(headers)
  return Buffer.from(body)
}
