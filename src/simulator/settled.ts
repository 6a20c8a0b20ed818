/**
 * Waits until the servers' counts have caught up with their answers, and with the public log once
 * voting has closed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { CannotSimulate } from './cannot-simulate.ts'

export interface CountedElsewhere {
  /** Host and port of another server of the election. */
  readonly where: string
  /** null where it could not be asked. */
  readonly results: ResultsSnapshot | null
}

export interface Settling {
  /** Ballots that must be in the count. */
  readonly cast: number
  /** How long a cluster's engines are waited for, and the public log's last ballots. */
  readonly patienceMs: number
  readonly nowMs: () => number
  readonly onSettling: (counted: number) => void
}

const ASK_AGAIN_MS = 250
/**
 * How long the count of one machine may lag behind its last answer, and a server may be silent
 * before it is taken to be gone.
 */
const ONE_MACHINE_MS = 3_000

/**
 * The servers' counts once all have caught up and are of one checkpoint; as they stand when they
 * are not in time; of a server that is gone the last it told, null where it never did.
 */
export async function settledResults(
  asks: readonly (() => Promise<ResultsSnapshot>)[],
  { cast, patienceMs, nowMs, onSettling }: Settling,
): Promise<(ResultsSnapshot | null)[]> {
  const startMs = nowMs()
  const found: (ResultsSnapshot | null)[] = asks.map(() => null)
  const answeredMs = asks.map(() => startMs)
  const ask = async (i: number): Promise<void> => {
    try {
      found[i] = await asks[i]!()
      answeredMs[i] = nowMs()
    } catch (error) {
      if (!(error instanceof CannotSimulate)) throw error
    }
  }
  for (;;) {
    await Promise.all(asks.map((_, i) => ask(i)))
    const there = found.filter((_, i) => nowMs() - answeredMs[i]! < ONE_MACHINE_MS)
    if (there.every((results) => results !== null && isSettled(results, cast)) && isOneCount(there))
      return found
    if (found[0]) onSettling(found[0].cast)
    await sleep(ASK_AGAIN_MS)
    const slow = there.some(
      (results) => results !== null && (results.pipeline !== undefined || !isWhole(results)),
    )
    if (nowMs() - startMs >= (slow ? patienceMs : ONE_MACHINE_MS)) return found
  }
}

function isSettled(results: ResultsSnapshot, cast: number): boolean {
  const { holds, settling } = results.invariant
  return results.cast >= cast && holds && !settling && isWhole(results)
}

/**
 * Whether every ballot is told where voting has closed: what was held back comes with the end of
 * the public log.
 */
export function isWhole({ phase, contests, held }: ResultsSnapshot): boolean {
  return phase !== 'closed' || (contests !== null && held === 0)
}

function isOneCount(found: readonly (ResultsSnapshot | null)[]): boolean {
  return new Set(found.map((results) => results?.checkpoint?.root)).size <= 1
}
