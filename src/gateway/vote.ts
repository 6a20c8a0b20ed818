/**
 * The hot path: `POST /vote` straight on node:http, ahead of the framework. Per vote it makes one
 * small object, parses once and answers with ready-made headers; everything else is per batch.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { CastAnswer } from '../pipeline/cast.ts'
import type { AccessGate } from './access.ts'
import type { CastBatch, Waiter } from './cast-batch.ts'
import { connectionOf } from './connections.ts'
import { endAfter } from './end-after.ts'
import { endWithProblem } from './problem.ts'
import { receiptBody } from './receipt.ts'
import type { ServedElection } from './served-election.ts'
import { isIdempotencyKey, parseVoteBody } from './vote-body.ts'

export const MAX_VOTE_BYTES = 4096
const JSON_TYPE = /^application\/json\s*(;|$)/i

export interface VoteDeps {
  readonly served: ServedElection
  readonly batch: CastBatch
  readonly access: AccessGate
  readonly isStopping: () => boolean
  /** Refusals that never reached a batch, for metrics. */
  readonly onRefused: (code: RefusalCode) => void
}

export type VoteHandler = (request: IncomingMessage, response: ServerResponse) => void

export function voteHandler(deps: VoteDeps): VoteHandler {
  return (request, response) => {
    const exchange = new VoteExchange(deps, request, response)
    const refusal = deps.access.refuses(request, 'cast')
    if (refusal !== null) return exchange.refuseUnread(refusal.code, refusal.waitS)
    const type = request.headers['content-type']
    if (type === undefined || (type !== 'application/json' && !JSON_TYPE.test(type)))
      return exchange.refuseUnread('not-json')
    if (Number(request.headers['content-length']) > MAX_VOTE_BYTES)
      return exchange.refuseUnread('body-too-large')
    exchange.read()
  }
}

/**
 * Refuses a vote whose body does not come; `false` where the request is not a vote that is being
 * read.
 */
export function refuseSlowVote(request: IncomingMessage): boolean {
  const exchange = (request as VoteRequest)[EXCHANGE]
  exchange?.refuseUnread('too-slow')
  return exchange !== undefined
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
  readonly request: VoteRequest
  readonly #response: ServerResponse
  #body: Buffer | undefined
  #refused = false

  constructor(deps: VoteDeps, request: IncomingMessage, response: ServerResponse) {
    this.#deps = deps
    this.request = request
    this.#response = response
  }

  read(): void {
    this.request[EXCHANGE] = this
    this.request.on('data', onData)
    this.request.on('end', onEnd)
  }

  take(chunk: Buffer): void {
    if (this.#refused) return
    this.#body = this.#body === undefined ? chunk : Buffer.concat([this.#body, chunk])
    if (this.#body.length > MAX_VOTE_BYTES) this.refuseUnread('body-too-large')
  }

  cast(): void {
    if (this.#refused) return
    const { served, batch } = this.#deps
    const body = this.#body === undefined ? undefined : parseVoteBody(this.#body)
    if (body === undefined) return this.#refuse('malformed')
    const idempotencyKey = this.request.headers['idempotency-key'] ?? null
    if (idempotencyKey !== null && (Array.isArray(idempotencyKey) || !isIdempotencyKey(idempotencyKey)))
      return this.#refuse('malformed')
    const marked = served.rules.markOne(body.candidate)
    if (typeof marked === 'string') return this.#refuse(marked)
    batch.add({ personalId: body.personal_id, guid: body.guid, marked, idempotencyKey }, this)
  }

  onAnswer(answer: CastAnswer | undefined, waitS?: number): void {
    // Nobody knows whether this ballot is stored: the voter is not told either way, and asks again.
    if (answer === undefined) this.#response.destroy()
    else if (typeof answer === 'string') this.#sendRefusal(answer, waitS)
    else this.#sendReceipt(receiptBody(this.#deps.served.election.id, answer))
  }

  /** Refuses before the body is read to its end; the rest of it is dropped with the connection. */
  refuseUnread(code: RefusalCode, waitS?: number): void {
    this.#refused = true
    endAfter(this.#response)
    this.#refuse(code, waitS)
    this.request.resume()
  }

  #refuse(code: RefusalCode, waitS?: number): void {
    this.#deps.onRefused(code)
    this.#sendRefusal(code, waitS)
  }

  #sendRefusal(code: RefusalCode, waitS?: number): void {
    this.#endIfStopping()
    endWithProblem(this.#response, code, waitS)
  }

  #sendReceipt(receipt: string): void {
    this.#endIfStopping()
    this.#response.writeHead(201, {
      'content-type': 'application/json',
      'content-length': receipt.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    // Nothing but ASCII: sent as latin1 it needs no encoding.
    this.#response.end(receipt, 'latin1')
  }

  /** With the answer to the last request on its connection: one behind it may be cast already. */
  #endIfStopping(): void {
    if (this.#deps.isStopping() && connectionOf(this.request).request === this.request)
      endAfter(this.#response)
  }
}
