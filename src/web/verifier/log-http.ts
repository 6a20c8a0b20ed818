/**
 * Reads a log on a server, ours or another. Size and time are bounded, a failed request is repeated
 * a few times, and redirects to other addresses are refused.
 */

import { MOST_CHECKPOINT_BYTES } from '../../core/log/resource-bounds.ts'
import type { LogReader } from '../../core/verify/range.ts'
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
import type { OpenLog } from '../../verify/session.ts'
import { Stopped, Unreachable } from './log-reading.ts'

const TOO_SLOW = 'too slow'

/**
 * Opens the log at the first of these addresses that has a checkpoint.
 * @returns undefined if none has one
 * @throws {Unreachable} if a server does not answer
 */
export async function openAddress(bases: readonly string[], stop: AbortSignal): Promise<OpenLog | undefined> {
  for (const base of bases) {
    const read = httpReader(base, stop)
    if ((await read('checkpoint', MOST_CHECKPOINT_BYTES)) === undefined) continue
    return {
      place: base,
      read,
      // Some servers publish no result beside the log, or forbid other sites to read it. Then the
      // totals are not compared, and the report says so.
      result: async (mostBytes) => {
        try {
          return await read('../results.json', mostBytes)
        } catch (error) {
          if (error instanceof Unreachable) return undefined
          throw error
        }
      },
    }
  }
  return undefined
}

function httpReader(base: string, stop: AbortSignal): LogReader {
  return async (path, mostBytes) => {
    const url = new URL(path, base).href
    const untilMs = performance.now() + longestMs(mostBytes)
    let slow = 0
    for (let tried = 1; ; tried++) {
      const answer = await attempt(url, mostBytes, untilMs, stop)
      if (stop.aborted) throw new Stopped()
      if (typeof answer !== 'string') return answer.bytes
      if (answer === TOO_SLOW) slow++
      if (tried === ATTEMPTS || slow === MOST_SLOW || performance.now() >= untilMs)
        throw new Unreachable(url, answer)
      await pause(FIRST_PAUSE_MS * 2 ** (tried - 1), stop)
    }
  }
}

/** @returns the answer, or as text why another attempt may help */
async function attempt(
  url: string,
  mostBytes: number,
  untilMs: number,
  stop: AbortSignal,
): Promise<{ readonly bytes: Uint8Array | undefined } | string> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  let isSlow = false
  let cameThen = -1
  let came = -1
  const endSlow = () => {
    isSlow = true
    abort()
  }
  // The first check waits for the beginning of the answer. The others compare with the bytes at the
  // previous check.
  const look = () => {
    if (came < 0 || came - cameThen < LEAST_SPAN_BYTES) return endSlow()
    cameThen = came
    timer = setTimeout(look, SPAN_MS)
  }
  let timer = setTimeout(look, ANSWER_MS)
  const end = setTimeout(endSlow, Math.max(0, untilMs - performance.now()))
  stop.addEventListener('abort', abort)
  try {
    const response = await fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    })
    clearTimeout(timer)
    timer = setTimeout(look, SPAN_MS)
    came = 0
    cameThen = 0
    const meaning = statusMeans(response.status)
    if (meaning === 'there')
      return {
        bytes: await bounded(response, mostBytes, (bytes) => {
          came = bytes
        }),
      }
    await response.body?.cancel()
    if (meaning === 'not-there') return { bytes: undefined }
    if (meaning === 'again') return `HTTP ${response.status}`
    throw new Unreachable(url, `HTTP ${response.status}`)
  } catch (error) {
    if (error instanceof Unreachable) throw error
    if (isSlow) return TOO_SLOW
    return error instanceof Error ? error.message : 'no answer'
  } finally {
    clearTimeout(timer)
    clearTimeout(end)
    stop.removeEventListener('abort', abort)
  }
}

async function bounded(
  { body }: Response,
  mostBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0)
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    length += value.length
    onBytes(length)
    if (length <= mostBytes) continue
    await reader.cancel()
    break
  }
  if (chunks.length === 1) return chunks[0]!
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(end, ms)
    stop.addEventListener('abort', end, { once: true })
  })
}
