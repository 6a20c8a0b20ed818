/**
 * Sends requests: at a rate, whatever the server does (open loop), or flat out, one after the other on each
 * connection (closed loop).
 *
 * At a rate every request has its moment in a fixed timetable, and its latency counts from that moment. A server
 * that stalls is then charged for the requests it kept waiting, which measuring from the send would leave out
 * (“coordinated omission”). The wait for a free connection counts too. The timer adds up to a millisecond.
 *
 * A request that got no answer, or was told to try again, is sent again with the same Idempotency-Key, so that it
 * cannot count twice, until it is answered or patience ends. So is a first vote answered with a fault (5xx that is
 * no refusal, perhaps a proxy’s), which says nothing of whether it was recorded.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { isServerFault, isTryAgain, type Verdict, verdictOn } from './outcome.ts'
import type { PlannedRequest } from './plan.ts'

export interface LoadOptions {
  readonly connection: Pick<Connection, 'send'>
  /** Requests per second, or `max`. */
  readonly rate: number | 'max'
  /** Requests under way at a time. */
  readonly connections: number
  /** How long a request is tried again; Infinity for ever. */
  readonly patienceMs: number
  /** A monotonic clock. */
  readonly nowMs: () => number
  /** The next request; `wait` when there will be one later, `end` when there will be none. */
  readonly next: () => PlannedRequest | 'wait' | 'end'
  readonly onSent: (request: PlannedRequest) => void
  readonly onResent: () => void
  /** The final answer; the latency of one that was sent again spans all its sendings. */
  readonly onAnswer: (request: PlannedRequest, verdict: Verdict, latencyMs: number) => void
  readonly onUnanswered: (request: PlannedRequest) => void
}

export interface Load {
  /** Sends what is due; call it when `next` no longer says `wait`. */
  readonly resume: () => void
  /** Sends nothing new; requests under way keep a short patience. */
  readonly stop: () => void
  /** Resolves when nothing is left to send and nothing is under way; rejects with an error of `next`. */
  readonly finished: Promise<void>
}

const FIRST_BACKOFF_MS = 50
const LONGEST_BACKOFF_MS = 2_000
/** What `Retry-After` may ask for. */
const LONGEST_WAIT_MS = 5_000
/** Patience after a stop. */
const STOP_PATIENCE_MS = 5_000

export function startLoad(options: LoadOptions): Load {
  const { connection, rate, connections, nowMs, next } = options
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>()
  const intervalMs = rate === 'max' ? 0 : 1000 / rate
  const startMs = nowMs()
  let started = 0
  let underWay = 0
  let ended = false
  let failure: { readonly error: unknown } | undefined
  let stopAtMs = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const resume = (): void => {
    while (!ended && underWay < connections) {
      const dueMs = intervalMs === 0 ? nowMs() : startMs + started * intervalMs
      const early = dueMs - nowMs()
      if (early > 0) {
        clearTimeout(timer)
        timer = setTimeout(resume, early)
        break
      }
      const request = nextOrFail()
      if (request === 'wait') break
      if (request === 'end') ended = true
      else {
        started++
        underWay++
        options.onSent(request)
        carry(request, dueMs).then(release, fail)
      }
    }
    if (ended && underWay === 0) finish()
  }

  const nextOrFail = (): PlannedRequest | 'wait' | 'end' => {
    try {
      return next()
    } catch (error) {
      failure ??= { error }
      return 'end'
    }
  }

  const release = (): void => {
    underWay--
    resume()
  }

  const fail = (error: unknown): void => {
    failure ??= { error }
    ended = true
    release()
  }

  const finish = (): void => {
    clearTimeout(timer)
    if (failure) reject(failure.error)
    else resolve()
  }

  /** Sends one request until it is settled. */
  const carry = async (request: PlannedRequest, dueMs: number): Promise<void> => {
    const http = {
      method: 'POST' as const,
      path: request.path,
      body: request.body,
      headers: headersOf(request),
    }
    let backoffMs = FIRST_BACKOFF_MS
    // Whether a sending of it may have been recorded without our knowing.
    let inDoubt = false
    for (;;) {
      let waitMs = backoffMs
      let verdict: Verdict | undefined
      try {
        const answer = await connection.send(http)
        verdict = verdictOn(answer, request.earlierTracker)
        waitMs = Math.min(answer.retryAfterMs ?? backoffMs, LONGEST_WAIT_MS)
      } catch {
        inDoubt = true
      }
      if (verdict?.outcome === 'outcome-unknown') inDoubt = true
      const isFaulty = verdict !== undefined && request.kind === 'first' && isServerFault(verdict.outcome)
      if (isFaulty) inDoubt = true
      if (verdict && !isFaulty && !isTryAgain(verdict.outcome))
        // The answer to a lost request is the receipt of its recording, the first this run learns of it.
        return options.onAnswer(request, settled(verdict, request, inDoubt), nowMs() - dueMs)

      const givesUpMs = Math.min(dueMs + options.patienceMs, stopAtMs + STOP_PATIENCE_MS)
      if (nowMs() + waitMs > givesUpMs) {
        if (verdict && (isFaulty || !inDoubt)) return options.onAnswer(request, verdict, nowMs() - dueMs)
        return options.onUnanswered(request)
      }
      options.onResent()
      // Jitter, so that those who lost their connections together do not come back together.
      await sleep(waitMs * (0.75 + Math.random() / 2))
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)
    }
  }

  const stop = (): void => {
    if (stopAtMs !== Number.POSITIVE_INFINITY) return
    stopAtMs = nowMs()
    ended = true
    resume()
  }

  return { resume, stop, finished }
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
