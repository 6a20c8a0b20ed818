/**
 * A witness over HTTP (contract: ports/witness.ts): one connection, an answer bounded in size and
 * time, no redirects.
 */
import { Agent, request } from 'undici'
import type { VerifierKey } from '../../core/tlog/note-key.ts'
import { NoAnswer, type Witness } from '../../ports/witness.ts'
import { boundedBody } from '../node/bounded-body.ts'

export interface HttpWitness extends Witness {
  /** Cuts off what is under way. */
  readonly close: () => Promise<void>
}

export interface HttpWitnessOptions {
  /** From the first byte sent to the last one read. */
  readonly timeoutMs?: number
}

/** A cosignature is a line of some 150 bytes; a witness may hold several keys. */
const MOST_ANSWER_BYTES = 16_384

/** @param prefix its submission prefix, http or https: requests go to `<prefix>/add-checkpoint` */
export function httpWitness(prefix: URL, key: VerifierKey, options: HttpWitnessOptions = {}): HttpWitness {
  const { timeoutMs = 10_000 } = options
  const url = new URL(`${prefix.href.replace(/\/+$/, '')}/add-checkpoint`)
  const agent = new Agent({ connections: 1, connect: { timeout: timeoutMs } })
  return {
    key,
    addCheckpoint: async (body) => {
      try {
        const response = await request(url, {
          ...{ dispatcher: agent, method: 'POST', body, signal: AbortSignal.timeout(timeoutMs) },
          headers: { 'content-type': 'text/plain; charset=utf-8' },
        })
        const bytes = await boundedBody(response.body as AsyncIterable<Uint8Array>, MOST_ANSWER_BYTES)
        if (bytes === undefined) throw new Error(`its answer is over ${MOST_ANSWER_BYTES} bytes`)
        return {
          status: response.statusCode,
          contentType: String(response.headers['content-type'] ?? '')
            .split(';', 1)[0]!
            .trim(),
          body: bytes.toString('utf8'),
        }
      } catch (cause) {
        const { message, code } = cause as NodeJS.ErrnoException
        throw new NoAnswer(message || code || 'no answer', { cause })
      }
    },
    close: () => agent.destroy(),
  }
}
