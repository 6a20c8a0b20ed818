/**
 * The hot path: `POST /vote` straight on node:http, ahead of the framework. Per vote it makes one small object, parses
 * once and answers with ready-made headers; everything else is per batch.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { problem, REFUSALS, type RefusalCode, retryAfterSeconds } from '../core/election/refusal.ts'
import type { CastAnswer } from '../pipeline/cast.ts'
import type { CastBatch, Waiter } from './cast-batch.ts'
import type { WrongKeyLimit } from './limits.ts'
import { PROBLEM_JSON } from './problem.ts'
import { receiptBody } from './receipt.ts'
import type { ServedElection } from './served-election.ts'
import { isIdempotencyKey, parseVoteBody } from './vote-body.ts'

export const MAX_VOTE_BYTES = 4096
const JSON_TYPE = /^application\/json\s*(;|$)/i
/** What decoding puts in place of bytes that are not UTF-8. */
const NOT_UTF8 = '\ufffd'

export interface VoteDeps {
  readonly served: ServedElection
  readonly batch: CastBatch
  readonly limit: WrongKeyLimit
  readonly isStopping: () => boolean
  /** Refusals that never reached a batch, for metrics. */
  readonly onRefused: (code: RefusalCode) => void
}

export type VoteHandler = (request: IncomingMessage, response: ServerResponse) => void

export function voteHandler(deps: VoteDeps): VoteHandler {
  return (request, response) => {
    const exchange = new VoteExchange(deps, request, response)
    const type = request.headers['content-type']
    if (type === undefined || (type !== 'application/json' && !JSON_TYPE.test(type)))
      return exchange.refuseUnread('not-json')
    if (Number(request.headers['content-length']) > MAX_VOTE_BYTES)
      return exchange.refuseUnread('body-too-large')
    exchange.read()
  }
}

const EXCHANGE = Symbol('the vote a request carries')
type VoteRequest = IncomingMessage & { [EXCHANGE]?: VoteExchange }

/** Listeners of every vote: found through the request, they need no closure of their own. */
function onData(this: VoteRequest, chunk: Buffer): void {
  this[EXCHANGE]!.take(chunk)
}
function onEnd(this: VoteRequest): void {
  this[EXCHANGE]!.cast()
}

class VoteExchange implements Waiter {
  readonly #deps: VoteDeps
  readonly #request: VoteRequest
  readonly #response: ServerResponse
  #body: Buffer | undefined
  #refused = false

  constructor(deps: VoteDeps, request: IncomingMessage, response: ServerResponse) {
    this.#deps = deps
    this.#request = request
    this.#response = response
  }

  read(): void {
    this.#request[EXCHANGE] = this
    this.#request.on('data', onData)
    this.#request.on('end', onEnd)
  }

  take(chunk: Buffer): void {
    if (this.#refused) return
    this.#body = this.#body === undefined ? chunk : Buffer.concat([this.#body, chunk])
    if (this.#body.length > MAX_VOTE_BYTES) this.refuseUnread('body-too-large')
  }

  cast(): void {
    if (this.#refused) return
    const { served, batch, limit } = this.#deps
    const text = this.#body === undefined ? '' : this.#body.toString('utf8')
    const body = text.includes(NOT_UTF8) ? undefined : parseVoteBody(text)
    if (body === undefined) return this.#refuse('malformed')
    const idempotencyKey = this.#request.headers['idempotency-key'] ?? null
    if (idempotencyKey !== null && (Array.isArray(idempotencyKey) || !isIdempotencyKey(idempotencyKey)))
      return this.#refuse('malformed')
    if (limit.isBlocked(this.#request)) return this.#refuse('too-many-attempts')
    const marked = served.rules.markOne(body.candidate)
    if (typeof marked === 'string') return this.#refuse(marked)
    batch.add({ personalId: body.personal_id, guid: body.guid, marked, idempotencyKey }, this)
  }

  onAnswer(answer: CastAnswer | undefined): void {
    // Nobody knows whether this ballot is stored: the voter is not told either way, and asks again.
    if (answer === undefined) this.#response.destroy()
    else if (typeof answer === 'string') {
      if (answer === 'unknown-key') this.#deps.limit.countWrongKeys(this.#request, 1)
      this.#sendRefusal(answer)
    } else {
      const receipt = receiptBody(this.#deps.served.election.id, answer)
      // Nothing but ASCII: sent as latin1 it needs no encoding.
      this.#send(201, 'application/json', receipt, receipt.length, 'latin1')
    }
  }

  /** Refuses before the body is read to its end; the rest of it is dropped with the connection. */
  refuseUnread(code: RefusalCode): void {
    this.#refused = true
    this.#response.setHeader('connection', 'close')
    this.#refuse(code)
    this.#request.resume()
  }

  #refuse(code: RefusalCode): void {
    this.#deps.onRefused(code)
    this.#sendRefusal(code)
  }

  #sendRefusal(code: RefusalCode): void {
    const wait = retryAfterSeconds(code)
    if (wait !== undefined) this.#response.setHeader('retry-after', wait)
    const body = JSON.stringify(problem(code))
    this.#send(REFUSALS[code].status, PROBLEM_JSON, body, Buffer.byteLength(body), 'utf8')
  }

  #send(status: number, type: string, body: string, bytes: number, encoding: BufferEncoding): void {
    const response = this.#response
    if (this.#deps.isStopping()) response.setHeader('connection', 'close')
    response.writeHead(status, {
      'content-type': type,
      'content-length': bytes,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    response.end(body, encoding)
  }
}
