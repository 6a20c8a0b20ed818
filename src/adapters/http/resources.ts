/**
 * Resources of a server that is not ours: bounded in size and time, tried again a few times, never
 * elsewhere.
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

/** What came in the way of an answer. The caller's to mend: another address, or another time. */
export class Unreachable extends Fault<'no-answer'> {
  constructor(url: URL, why: string, cause?: unknown) {
    super('no-answer', { where: url.href, why }, { cause })
  }
}

export interface Resources {
  /**
   * The resource at a path below the base; undefined where the server says that there is none, or
   * none for everybody. Of one longer than `mostBytes`, more than so many bytes.
   * @throws Unreachable
   */
  readonly read: (path: string, mostBytes: number) => Promise<Uint8Array | undefined>
  readonly close: () => Promise<void>
}

export interface ResourcesOptions {
  /** Connections at once. */
  readonly connections?: number
  /** For an answer to begin, whatever comes before it. */
  readonly answerMs?: number
  /** In which {@link LEAST_SPAN_BYTES} come, or the end. */
  readonly spanMs?: number
  /** Before the server as a whole is measured. */
  readonly patienceMs?: number
  /** The first pause before trying again; it doubles. */
  readonly pauseMs?: number
}

const MOST_PAUSE_MS = 10_000
/** Of an answer that is none; undici reads it to keep the connection. */
const MOST_DUMPED_BYTES = 65_536
/**
 * While anything is under way, the server as a whole gives so much, once it was given time: 16 KiB
 * a second.
 */
const LEAST_BYTES_PER_MS = 16
const PATIENCE_MS = 120_000

/** @param base http or https, with a slash at its end */
export function httpResources(base: URL, options: ResourcesOptions = {}): Resources {
  const {
    connections = 16,
    answerMs = ANSWER_MS,
    spanMs = SPAN_MS,
    pauseMs = FIRST_PAUSE_MS,
    patienceMs = PATIENCE_MS,
  } = options
  // How long what may take is for the watch below: undici's own clocks begin again with every byte.
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
      // Only undici's own reading of it listens for the signal's error.
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

/** What an answer other than 200 comes to. @throws Unreachable where asking again is of no use */
function statusAnswer(url: URL, { statusCode, headers }: Dispatcher.ResponseData): Answer {
  const meaning = statusMeans(statusCode)
  if (meaning === 'not-there') return { bytes: undefined }
  if (meaning === 'again')
    return { again: `answers ${statusCode}`, afterMs: retryAfterMs(headers['retry-after']) }
  if (statusCode >= 300 && statusCode < 400)
    throw new Unreachable(url, `sends elsewhere (to ${shown(headers.location)}): give that address yourself`)
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

/** Ends an attempt that does not begin to answer, hardly goes on, or is not over by then. */
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
 * How fast a server is over everything that was asked of it, counting only time in which something
 * was under way.
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

/** A header of a stranger's, for a message. */
function shown(value: string | readonly string[] | undefined): string {
  return printable(JSON.stringify(String(value ?? 'nowhere').slice(0, 200)))
}
