/**
 * Sends requests at a rate, independently of the server (open loop), or as fast as possible, one
 * after the other on each connection (closed loop).
 *
 * At a rate, every request has its moment in a fixed timetable, and its latency counts from that
 * moment. A server that stalls is then charged for all requests that it delayed; measuring from the
 * send would leave them out (“coordinated omission”). The wait for a free connection counts too.
 * The timer adds up to 1 ms.
 */
import { carry, type Patience } from './carry.ts'
import type { PlannedRequest } from './plan.ts'

export interface LoadOptions extends Omit<Patience, 'stopAtMs'> {
  /** Requests per second, or `max`. */
  readonly rate: number | 'max'
  /** The most open requests at a time. */
  readonly connections: number
  /** The next request; `wait` if there will be one later, `end` if there will be none. */
  readonly next: () => PlannedRequest | 'wait' | 'end'
  readonly onSent: (request: PlannedRequest) => void
}

export interface Load {
  /** Sends the due requests; call it when `next` no longer returns `wait`. */
  readonly resume: () => void
  /** Sends nothing new; open requests keep a short patience. */
  readonly stop: () => void
  /**
   * Resolves when nothing is left to send and no request is open; rejects with an error of `next`.
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
