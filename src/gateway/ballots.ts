/**
 * Routes that take ballots through the framework: the short form, the general form, and many at
 * once as NDJSON.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { MarkedBallot } from '../core/election/choices.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { CastAnswer } from '../pipeline/cast.ts'
import type { AccessGate } from './access.ts'
import { type BallotBody, BallotBodySchema } from './ballot-body.ts'
import { ballotLines, LINES_QUERY, type LineReceipts } from './ballot-lines.ts'
import { NDJSON } from './body-lines.ts'
import type { CastBatch } from './cast-batch.ts'
import { connectionOf } from './connections.ts'
import type { ImportBudget } from './import-budget.ts'
import type { WrongKeyLimit } from './limits.ts'
import { sendProblem, sendProblemLater } from './problem.ts'
import { receiptBody } from './receipt.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { MAX_VOTE_BYTES } from './vote.ts'
import { IDEMPOTENCY_KEY_PATTERN, type VoteBody, VoteBodySchema } from './vote-body.ts'

const MAX_BALLOT_BYTES = 65_536
/** For the last answers of an import that is not read to its end, before its connection is cut. */
const LINGER_MS = 1_000

export interface BallotRouteDeps {
  readonly elections: ServedElections
  readonly batchOf: (served: ServedElection) => CastBatch
  readonly limit: WrongKeyLimit
  readonly access: AccessGate
  readonly imports: ImportBudget
  readonly onAnswers: (served: ServedElection, answers: readonly CastAnswer[]) => void
  readonly onFault: (fault: unknown) => void
}

const HEADERS = {
  type: 'object',
  properties: { 'idempotency-key': { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN } },
}

export function ballotRoutes(app: FastifyInstance, deps: BallotRouteDeps): void {
  const { elections } = deps
  app.post(
    '/vote',
    {
      bodyLimit: MAX_VOTE_BYTES,
      config: { access: 'cast' },
      schema: { headers: HEADERS, body: VoteBodySchema },
    },
    (request, reply) => {
      const body = request.body as VoteBody
      return castOne(
        deps,
        elections.default,
        request,
        reply,
        body,
        elections.default.rules.markOne(body.candidate),
      )
    },
  )
  app.post(
    '/elections/:id/ballots',
    {
      bodyLimit: MAX_BALLOT_BYTES,
      config: { lines: true, access: 'cast' },
      schema: {
        headers: HEADERS,
        querystring: LINES_QUERY,
        body: { content: { 'application/json': { schema: BallotBodySchema }, [NDJSON]: { schema: {} } } },
      },
    },
    (request, reply) => {
      const served = elections.byId.get((request.params as { id: string }).id)
      if (!served) return sendProblem(reply, 'unknown-election')
      if (request.body instanceof Readable) return castLines(deps, served, request, reply)
      const body = request.body as BallotBody
      return castOne(deps, served, request, reply, body, served.rules.mark(body.contests))
    },
  )
  app.post(
    '/ballots',
    {
      config: { lines: true, access: 'cast' },
      schema: { querystring: LINES_QUERY, body: { content: { [NDJSON]: { schema: {} } } } },
    },
    (request, reply) =>
      request.body instanceof Readable
        ? castLines(deps, elections.default, request, reply)
        : sendProblem(reply, 'not-json', `send one ballot a line, as ${NDJSON}`),
  )
}

async function castOne(
  deps: BallotRouteDeps,
  served: ServedElection,
  request: FastifyRequest,
  reply: FastifyReply,
  key: { readonly personal_id: string; readonly guid: string },
  marked: MarkedBallot | RefusalCode,
): Promise<FastifyReply> {
  if (typeof marked === 'string') return sendProblem(reply, marked)
  const idempotencyKey = (request.headers['idempotency-key'] as string | undefined) ?? null
  const [answer, waitS] = await new Promise<[CastAnswer | undefined, number | undefined]>((resolve) =>
    deps
      .batchOf(served)
      .add(
        { personalId: key.personal_id, guid: key.guid, marked, idempotencyKey },
        { request: request.raw, onAnswer: (answer, waitS) => resolve([answer, waitS]) },
      ),
  )
  if (answer === undefined) {
    reply.hijack()
    reply.raw.destroy()
    return reply
  }
  if (typeof answer === 'string') return sendProblemLater(reply, answer, waitS)
  return reply
    .code(201)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(receiptBody(served.election.id, answer))
}

function castLines(
  deps: BallotRouteDeps,
  served: ServedElection,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { receipts } = request.query as { readonly receipts: LineReceipts }
  const connection = connectionOf(request.raw)
  connection.isImport = true
  const { limit, imports, access } = deps
  const from = limit.countedFor(request.raw)
  const holder = access.holder(request.raw)
  const whose = {
    name: holder ?? limit.networkOf(request.raw).own,
    rate: access.rateOf(request.raw),
    refused: () => (holder !== undefined && access.holder(request.raw) !== holder ? 'token-invalid' : null),
  } as const
  const answers = ballotLines(request.body as Readable, served, receipts, imports, whose, {
    wrongKey: (personalId) => limit.wrongKey(from, personalId),
    onAnswers: (batch) => deps.onAnswers(served, batch),
    onRecorded: () => {
      connection.hasBallots = true
    },
    onEnded: () => endUnread(request, reply),
    onFault: deps.onFault,
  })
  // Who does not take the answers is not read from either, and has no more time than who takes
  // them.
  const late = setTimeout(() => reply.raw.destroy(), imports.limits.ms + LINGER_MS)
  reply.raw.once('close', () => clearTimeout(late))
  return reply
    .header('cache-control', 'no-store')
    .type(NDJSON)
    .send(Readable.from(answers, { objectMode: false }))
}

/** The rest of the body is not read; its sender has a moment to read why. */
function endUnread({ raw: { complete, socket } }: FastifyRequest, reply: FastifyReply): void {
  if (complete) return
  connectionOf(reply.request.raw).closing = true
  reply.raw.once('finish', () => {
    socket.end()
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  })
}
