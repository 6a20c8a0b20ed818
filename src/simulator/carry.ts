/**
 * One request, sent until it is settled.
 *
 * A request that got no answer, or was told to try again, is sent again with the same
 * Idempotency-Key, so that it cannot count twice, until it is answered or patience ends. So is a
 * first vote answered with a fault (5xx that is no refusal, perhaps a proxy’s), which says nothing
 * of whether it was recorded.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { doublingMs } from '../core/doubling.ts'
import type { Connection } from './connection.ts'
import { becauseOf, LostAnswer, type ResentBecause } from './lost-answer.ts'
import { type Answer, isServerFault, isTryAgain, type Verdict, verdictOn } from './outcome.ts'
import type { PlannedRequest } from './plan.ts'

export interface Patience {
  readonly connection: Pick<Connection, 'send'>
  /** How long a request is tried again; Infinity for ever. */
  readonly patienceMs: number
  /** A monotonic clock. */
  readonly nowMs: () => number
  /** When the load was told to stop, by `nowMs`; Infinity until then. */
  readonly stopAtMs: () => number
  readonly onResent: (because: ResentBecause) => void
  /** The final answer; the latency of one that was sent again spans all its sendings. */
  readonly onAnswer: (request: PlannedRequest, verdict: Verdict, latencyMs: number) => void
  readonly onUnanswered: (request: PlannedRequest) => void
}

const BACKOFF = { firstMs: 50, mostMs: 2_000 } as const
/** What `Retry-After` may ask for. */
const LONGEST_WAIT_MS = 5_000
/** Patience after a stop. */
const STOP_PATIENCE_MS = 5_000

/**
 * @param dueMs the request's moment in the timetable: its latency counts from there, over all its
 *   sendings
 */
export async function carry(request: PlannedRequest, dueMs: number, patience: Patience): Promise<void> {
  const { connection, nowMs } = patience
  const http = {
    method: 'POST' as const,
    path: request.path,
    body: request.body,
    headers: headersOf(request),
  }
  // Whether a sending of it may have been recorded without our knowing.
  let inDoubt = false
  for (let failures = 0; ; failures++) {
    let waitMs = doublingMs(failures, BACKOFF)
    let verdict: Verdict | undefined
    let answer: Answer | undefined
    let because: ResentBecause = 'closed'
    try {
      answer = await connection.send(http)
      verdict = verdictOn(answer, request.earlierTracker)
      waitMs = Math.min(answer.retryAfterMs ?? waitMs, LONGEST_WAIT_MS)
    } catch (error) {
      if (error instanceof LostAnswer) because = error.loss
      inDoubt = true
    }
    if (verdict?.outcome === 'outcome-unknown') inDoubt = true
    const isFaulty = verdict !== undefined && request.kind === 'first' && isServerFault(verdict.outcome)
    if (isFaulty) inDoubt = true
    if (verdict && !isFaulty && !isTryAgain(verdict.outcome))
      // The answer to a lost request is the receipt of its recording, the first this run learns of
      // it.
      return patience.onAnswer(request, settled(verdict, request, inDoubt), nowMs() - dueMs)

    const givesUpMs = Math.min(dueMs + patience.patienceMs, patience.stopAtMs() + STOP_PATIENCE_MS)
    if (nowMs() + waitMs > givesUpMs) {
      if (verdict && (isFaulty || !inDoubt)) return patience.onAnswer(request, verdict, nowMs() - dueMs)
      return patience.onUnanswered(request)
    }
    patience.onResent(answer ? becauseOf(answer, isFaulty) : because)
    // Jitter, so that those who lost their connections together do not come back together.
    await sleep(waitMs * (0.75 + Math.random() / 2))
  }
}

function settled(verdict: Verdict, request: PlannedRequest, inDoubt: boolean): Verdict {
  const isFirstReceipt = inDoubt && request.kind === 'first' && verdict.outcome === 'repeated'
  return isFirstReceipt ? { ...verdict, outcome: 'accepted' } : verdict
}

function headersOf({ contentType, idempotencyKey }: PlannedRequest): Record<string, string> {
  return idempotencyKey === null
    ? { 'content-type': contentType }
    : { 'content-type': contentType, 'idempotency-key': idempotencyKey }
}
