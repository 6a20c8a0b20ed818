/**
 * Sends requests: at a rate, whatever the server does (open loop), or flat out, one after the other
 * on each connection (closed loop).
 *
 * At a rate every request has its moment in a fixed timetable, and its latency counts from that
 * moment. A server that stalls is then charged for the requests it kept waiting, which measuring
 * from the send would leave out (“coordinated omission”). The wait for a free connection counts
 * too. The timer adds up to a millisecond.
 */
import { carry, type Patience } from './carry.ts'
import type { PlannedRequest } from './plan.ts'

export interface LoadOptions extends Omit<Patience, 'stopAtMs'> {
  /** Requests per second, or `max`. */
  readonly rate: number | 'max'
  /** Requests under way at a time. */
  readonly connections: number
  /** The next request; `wait` when there will be one later, `end` when there will be none. */
  readonly next: () => PlannedRequest | 'wait' | 'end'
  readonly onSent: (request: PlannedRequest) => void
}

export interface Load {
  /** Sends what is due; call it when `next` no longer says `wait`. */
  readonly resume: () => void
  /** Sends nothing new; requests under way keep a short patience. */
  readonly stop: () => void
  /**
   * Resolves when nothing is left to send and nothing is under way; rejects with an error of
   * `next`.
   */
  readonly finished: Promise<void>
}

export function startLoad(options: LoadOptions): Load {
  const { rate, connections, nowMs, next } = options
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>()
  const intervalMs = rate === 'max' ? 0 : 1000 / rate
  const startMs = nowMs()
  let started = 0
  let underWay = 0
  let ended = false
  let failure: { readonly error: unknown } | undefined
  let stopAtMs = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  const patience: Patience = { ...options, stopAtMs: () => stopAtMs }

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
        carry(request, dueMs, patience).then(release, fail)
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

  const stop = (): void => {
    if (stopAtMs !== Number.POSITIVE_INFINITY) return
    stopAtMs = nowMs()
    ended = true
    resume()
  }

  return { resume, stop, finished }
}
