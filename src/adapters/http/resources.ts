/**
 * Reads resources of a server that is not ours. Size and time are bounded; a failed request is
 * retried a few times; redirects are not followed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { Fault } from '../../core/fault.ts'
import { printable } from '../../core/printable.ts'
import {
  ANSWER_MS,
  ATTEMPTS,
  FIRST_PAUSE_MS,
  LEAST_SPAN_BYTES,
  longestMs,
  MOST_SLOW,
  SPAN_MS,
  statusMeans,
} from '../../core/verify/read-pace.ts'

/** The reason why there was no answer. The caller can try another address, or later. */
export class Unreachable extends Fault<'no-answer'> {
  constructor(url: URL, why: string, cause?: unknown) {
    super('no-answer', { where: url.href, why }, { cause })
  }
}

export interface Resources {
  /**
   * The resource at a path below the base; undefined if the server says that it does not exist or
   * is not public. If the resource is longer than `mostBytes`, returns at least `mostBytes + 1`
   * bytes.
   * @throws {Unreachable}
   */
  readonly read: (path: string, mostBytes: number) => Promise<Uint8Array | undefined>
  readonly close: () => Promise<void>
}

export interface ResourcesOptions {
  /** Concurrent connections. */
  readonly connections?: number
  /** Time until an answer begins, including the connection. */
  readonly answerMs?: number
  /** Time in which {@link LEAST_SPAN_BYTES} must arrive, unless the answer ends. */
  readonly spanMs?: number
  /** Time before the speed of the whole server is measured. */
  readonly patienceMs?: number
  /** The first pause before a retry; it doubles with each. */
  readonly pauseMs?: number
}

const MOST_PAUSE_MS = 10_000
/** Limit of a failed answer's body, which undici reads to keep the connection. */
const MOST_DUMPED_BYTES = 65_536
/**
 * The least speed of the whole server while requests are under way, after `patienceMs`: 16 KiB a
 * second.
 */
const LEAST_BYTES_PER_MS = 16
const PATIENCE_MS = 120_000

/** @param base http or https, with a slash at the end */
export function httpResources(base: URL, options: ResourcesOptions = {}): Resources {
  const {
    connections = 16,
    answerMs = ANSWER_MS,
    spanMs = SPAN_MS,
    pauseMs = FIRST_PAUSE_MS,
    patienceMs = PATIENCE_MS,
  } = options
  // The watch below limits the time: undici's own timeouts start again with every byte.
  const agent = new Agent({ connections, connect: { timeout: answerMs } })
  const whole = wholePace(patienceMs)

  const attempt = async (url: URL, mostBytes: number, untilMs: number): Promise<Answer> => {
    const watch = slowWatch({ answerMs, spanMs, untilMs })
    whole.began()
    try {
      const response = await request(url, {
        ...{ dispatcher: agent, headers: { accept: '*/*' }, signal: watch.signal },
      })
      watch.answered()
      if (statusMeans(response.statusCode) === 'there')
        return { bytes: await bounded(response.body, mostBytes, watch.came) }
      // Only undici's own reading of the body listens for the signal's error.
      await response.body.dump({ limit: MOST_DUMPED_BYTES, signal: watch.signal })
      return statusAnswer(url, response)
    } catch (cause) {
      if (cause instanceof Unreachable) throw cause
      if (watch.isSlow()) return { again: 'is too slow', slow: true }
      const { message, code } = cause as NodeJS.ErrnoException
      return { again: message || code || 'no answer', cause }
    } finally {
      watch.end()
      whole.ended(watch.bytes())
    }
  }

  return {
    read: async (path, mostBytes) => {
      const url = new URL(path, base)
      const untilMs = performance.now() + longestMs(mostBytes)
      for (let tried = 1, slow = 0; ; tried++) {
        const answer = await attempt(url, mostBytes, untilMs)
        if (whole.isSlow()) throw new Unreachable(url, 'the server is too slow for so large a log')
        if ('bytes' in answer) return answer.bytes
        if (answer.slow) slow++
        const pause = Math.min(answer.afterMs ?? pauseMs * 2 ** (tried - 1), MOST_PAUSE_MS)
        const isOver = performance.now() + pause >= untilMs
        if (tried === ATTEMPTS || slow === MOST_SLOW || isOver)
          throw new Unreachable(
            url,
            `${answer.again}, after ${tried} attempt${tried === 1 ? '' : 's'}`,
            answer.cause,
          )
        await sleep(pause)
      }
    },
    close: () => agent.destroy(),
  }
}

type Answer =
  | { readonly bytes: Uint8Array | undefined }
  | {
      readonly again: string
      readonly slow?: boolean
      readonly afterMs?: number | undefined
      readonly cause?: unknown
    }

/**
 * Interprets an answer other than 200.
 * @throws {Unreachable} if a retry is of no use
 */
function statusAnswer(url: URL, { statusCode, headers }: Dispatcher.ResponseData): Answer {
  const meaning = statusMeans(statusCode)
  if (meaning === 'not-there') return { bytes: undefined }
  if (meaning === 'again')
    return { again: `answers ${statusCode}`, afterMs: retryAfterMs(headers['retry-after']) }
  if (statusCode >= 300 && statusCode < 400)
    throw new Unreachable(
      url,
      `redirects (to ${shown(headers.location)}), which is not followed: use that address instead`,
    )
  throw new Unreachable(url, `answers ${statusCode}`)
}

interface SlowWatch {
  /** Aborted once the answer was too slow. */
  readonly signal: AbortSignal
  readonly answered: () => void
  /** @param bytes of the answer so far */
  readonly came: (bytes: number) => void
  readonly bytes: () => number
  readonly isSlow: () => boolean
  readonly end: () => void
}

/** Ends an attempt that does not begin to answer in time, stalls, or takes longer than allowed. */
function slowWatch(pace: {
  readonly answerMs: number
  readonly spanMs: number
  readonly untilMs: number
}): SlowWatch {
  const controller = new AbortController()
  const abort = () => controller.abort()
  let [bytes, before] = [0, 0]
  const look = () => {
    if (bytes - before < LEAST_SPAN_BYTES) return abort()
    before = bytes
    timer = setTimeout(look, pace.spanMs)
  }
  let timer = setTimeout(abort, pace.answerMs)
  const last = setTimeout(abort, Math.max(0, pace.untilMs - performance.now()))
  return {
    signal: controller.signal,
    answered: () => {
      clearTimeout(timer)
      timer = setTimeout(look, pace.spanMs)
    },
    came: (now) => {
      bytes = now
    },
    bytes: () => bytes,
    isSlow: () => controller.signal.aborted,
    end: () => {
      clearTimeout(timer)
      clearTimeout(last)
    },
  }
}

/**
 * Measures the speed of a server over all requests, counting only time with a request under way.
 */
function wholePace(patienceMs: number) {
  let [underWay, bytes, busyMs, sinceMs] = [0, 0, 0, 0]
  return {
    began: () => {
      if (underWay++ === 0) sinceMs = performance.now()
    },
    ended: (more: number) => {
      bytes += more
      if (--underWay === 0) busyMs += performance.now() - sinceMs
    },
    isSlow: () => {
      const ms = busyMs + (underWay > 0 ? performance.now() - sinceMs : 0)
      return ms > patienceMs && bytes < (ms - patienceMs) * LEAST_BYTES_PER_MS
    },
  }
}

async function bounded(
  body: Dispatcher.ResponseData['body'],
  mostBytes: number,
  came: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    came(length)
    if (length > mostBytes) break
  }
  return Buffer.concat(chunks)
}

function retryAfterMs(value: string | readonly string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) * 1000 : undefined
}

/** A header from an untrusted server, made printable for a message. */
function shown(value: string | readonly string[] | undefined): string {
  return printable(JSON.stringify(String(value ?? 'nowhere').slice(0, 200)))
}
