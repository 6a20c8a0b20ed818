/**
 * Waits until the servers' counts have caught up with their answers, and with the public log after
 * the close of voting.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { CannotSimulate } from './cannot-simulate.ts'

export interface CountedElsewhere {
  /** Host and port of another server of the election. */
  readonly where: string
  /** null if the server did not answer. */
  readonly results: ResultsSnapshot | null
}

export interface Settling {
  /** Ballots that must be in the count. */
  readonly cast: number
  /** How long to wait for a cluster's engines, and for the public log's last ballots. */
  readonly patienceMs: number
  readonly nowMs: () => number
  readonly onSettling: (counted: number) => void
}

const ASK_AGAIN_MS = 250
/**
 * How long the count of one machine may lag behind its last answer, and how long a server may be
 * silent before it counts as down.
 */
const ONE_MACHINE_MS = 3_000

/**
 * Returns the servers' counts once all have caught up and are of one checkpoint; when time runs
 * out, the present counts. For a server that is down it returns the last count, or null if there
 * was no answer.
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
 * Whether every ballot is published, if voting has closed: held ballots come with the end of the
 * public log.
 */
export function isWhole({ phase, contests, held }: ResultsSnapshot): boolean {
  return phase !== 'closed' || (contests !== null && held === 0)
}

function isOneCount(found: readonly (ResultsSnapshot | null)[]): boolean {
  return new Set(found.map((results) => results?.checkpoint?.root)).size <= 1
}
