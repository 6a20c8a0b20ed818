/** Resources of a server that is not ours: bounded in size and time, tried again a few times, never elsewhere. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'

/** What came in the way of an answer. The caller's to mend: another address, or another time. */
export class Unreachable extends Error {
  readonly code = 'BAD_INPUT'
  constructor(url: URL, why: string, cause?: unknown) {
    super(`${url}: ${why}`, { cause })
    this.name = 'Unreachable'
  }
}

export interface Resources {
  /**
   * The resource at a path below the base; undefined where the server says that there is none, or none for everybody. Of
   * one longer than `mostBytes`, more than so many bytes.
   * @throws Unreachable
   */
  readonly read: (path: string, mostBytes: number) => Promise<Uint8Array | undefined>
  readonly close: () => Promise<void>
}

export interface ResourcesOptions {
  /** Connections at once. */
  readonly connections?: number
  readonly timeoutMs?: number
  /** The first pause before trying again; it doubles. */
  readonly pauseMs?: number
}

const ATTEMPTS = 4
const NOT_THERE = new Set([403, 404, 410])
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504])
const MOST_PAUSE_MS = 10_000

/** @param base http or https, with a slash at its end */
export function httpResources(base: URL, options: ResourcesOptions = {}): Resources {
  const { connections = 16, timeoutMs = 20_000, pauseMs = 250 } = options
  const agent = new Agent({
    connections,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })

  const attempt = async (url: URL, mostBytes: number): Promise<Answer> => {
    let response: Dispatcher.ResponseData
    try {
      response = await request(url, { dispatcher: agent, headers: { accept: '*/*' } })
      const { statusCode, headers, body } = response
      if (statusCode === 200) return { bytes: await bounded(body, mostBytes) }
      await body.dump({ limit: 65_536 })
      if (NOT_THERE.has(statusCode)) return { bytes: undefined }
      if (AGAIN.has(statusCode))
        return { again: `answers ${statusCode}`, afterMs: retryAfterMs(headers['retry-after']) }
      if (statusCode >= 300 && statusCode < 400)
        throw new Unreachable(
          url,
          `sends elsewhere (to ${shown(headers.location)}): give that address yourself`,
        )
      throw new Unreachable(url, `answers ${statusCode}`)
    } catch (cause) {
      if (cause instanceof Unreachable) throw cause
      return {
        again: (cause as Error).message || (cause as NodeJS.ErrnoException).code || 'no answer',
        cause,
      }
    }
  }

  return {
    read: async (path, mostBytes) => {
      const url = new URL(path, base)
      for (let tried = 1; ; tried++) {
        const answer = await attempt(url, mostBytes)
        if ('bytes' in answer) return answer.bytes
        if (tried === ATTEMPTS)
          throw new Unreachable(url, `${answer.again}, after ${ATTEMPTS} attempts`, answer.cause)
        await sleep(Math.min(answer.afterMs ?? pauseMs * 2 ** (tried - 1), MOST_PAUSE_MS))
      }
    },
    close: () => agent.destroy(),
  }
}

type Answer =
  | { readonly bytes: Uint8Array | undefined }
  | { readonly again: string; readonly afterMs?: number | undefined; readonly cause?: unknown }

async function bounded(body: Dispatcher.ResponseData['body'], mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > mostBytes) break
  }
  return Buffer.concat(chunks)
}

function retryAfterMs(value: string | readonly string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) * 1000 : undefined
}

/** A header of a stranger's, for a message: bounded, and without what would move a terminal's cursor. */
function shown(value: string | readonly string[] | undefined): string {
  return JSON.stringify(String(value ?? 'nowhere').slice(0, 200))
}
