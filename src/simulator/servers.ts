/**
 * The servers a simulation votes at: all must tell of one election; who does not answer is asked
 * again.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotSimulate } from './cannot-simulate.ts'
import type { Connection } from './connection.ts'
import { findTarget, type Target, Unreachable } from './target.ts'

export interface Server {
  readonly url: URL
  readonly connection: Connection
}

export interface Patience {
  readonly patienceMs: number
  /** A monotonic clock. */
  readonly nowMs: () => number
  readonly signal: AbortSignal | undefined
}

const ASK_AGAIN_MS = 250

/**
 * The election as all the servers tell of it.
 * @param id the first server's default election if undefined
 * @throws {CannotSimulate} where they do not tell the same
 */
export async function sameTarget(
  servers: readonly Server[],
  id: string | undefined,
  patience: Patience,
): Promise<Target> {
  const found: Target[] = []
  for (const { connection, url } of servers) {
    const wanted = found[0]?.election.id ?? id
    found.push(await patiently(patience, () => findTarget(connection, url, wanted)))
  }
  const [target, ...others] = found as [Target, ...Target[]]
  const wording = ({ election }: Target) =>
    JSON.stringify([
      election.districts,
      election.contests.map(({ districts, ...contest }) => ({ ...contest, in: districts && [...districts] })),
    ])
  for (const [i, other] of others.entries())
    if (wording(other) !== wording(target))
      throw new CannotSimulate(
        `${servers[i + 1]!.url.href} has another election "${target.election.id}" than ${servers[0]!.url.href}`,
      )
  return { ...target, isDefault: found.every(({ isDefault }) => isDefault) }
}

/** Asks again while the server cannot be reached, where patience has no end. */
export async function patiently<T>(
  { patienceMs, nowMs, signal }: Patience,
  ask: () => Promise<T>,
): Promise<T> {
  const untilMs = nowMs() + (patienceMs === Number.POSITIVE_INFINITY ? patienceMs : 0)
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Unreachable) || nowMs() >= untilMs || signal?.aborted) throw error
      await sleep(ASK_AGAIN_MS)
    }
  }
}
