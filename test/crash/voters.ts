/**
 * A crowd that votes until told to stop, for tests that break the server meanwhile. Every voter
 * keeps asking with the same Idempotency-Key until there is an answer, as a good client does.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Key } from '../server.ts'

export interface Acknowledged {
  readonly key: Key
  readonly candidate: string
  readonly tracker: string
}

export interface Crowd {
  readonly acknowledged: Acknowledged[]
  /** Answers that were no receipt, by status. */
  readonly refused: Map<number, number>
  /** Requests that ended without an answer. */
  readonly unanswered: () => number
  /**
   * Lets voters under way finish, starts no more. Rejects where one has no answer by PATIENCE_MS:
   * its server is gone.
   */
  readonly stop: () => Promise<void>
  /** Resolves when every key has voted. */
  readonly done: Promise<void>
}

const CANDIDATES = ['ada', 'grace', 'alan']
/** How long a crowd that was told to stop goes on asking, in milliseconds. */
const PATIENCE_MS = 60_000

export function crowd(url: string, keys: readonly Key[], connections: number): Crowd {
  const pool = new Pool(url, { connections, bodyTimeout: 5_000, headersTimeout: 5_000 })
  const acknowledged: Acknowledged[] = []
  const refused = new Map<number, number>()
  let next = 0
  let unanswered = 0
  let stopped = false
  let patientUntilMs = Number.POSITIVE_INFINITY

  const voteOnce = async (key: Key, candidate: string): Promise<boolean> => {
    try {
      const { statusCode, body } = await pool.request({
        path: '/vote',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `attempt-of-${key.personal_id}` },
        body: JSON.stringify({ personal_id: key.personal_id, guid: key.guid, candidate }),
      })
      const answer = (await body.json()) as { tracker: string }
      if (statusCode === 201) {
        acknowledged.push({ key, candidate, tracker: answer.tracker })
        return true
      }
      refused.set(statusCode, (refused.get(statusCode) ?? 0) + 1)
      if (statusCode !== 503) return true
    } catch {
      unanswered++
    }
    await sleep(20)
    return false
  }
  const voter = async (): Promise<void> => {
    while (!stopped && next < keys.length) {
      const number = next++
      while (!(await voteOnce(keys[number]!, CANDIDATES[number % CANDIDATES.length]!)))
        if (performance.now() > patientUntilMs) throw new Error(`${url} answers no more`)
    }
  }
  const done = Promise.all(Array.from({ length: connections }, voter)).then(() => pool.close())
  return {
    acknowledged,
    refused,
    unanswered: () => unanswered,
    stop: async () => {
      stopped = true
      patientUntilMs = Math.min(patientUntilMs, performance.now() + PATIENCE_MS)
      await done
    },
    done,
  }
}
