/** Refusals as HTTP answers: problem+json (RFC 9457), `Retry-After` where trying again helps. */
import type { FastifyReply } from 'fastify'
import { problem, REFUSALS, type RefusalCode, retryAfterSeconds } from '../core/election/refusal.ts'

export const PROBLEM_JSON = 'application/problem+json'

export function sendProblem(reply: FastifyReply, code: RefusalCode, detail?: string): FastifyReply {
  const wait = retryAfterSeconds(code)
  if (wait !== undefined) reply.header('retry-after', wait)
  return reply
    .code(REFUSALS[code].status)
    .header('content-type', PROBLEM_JSON)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem(code, detail)))
}
