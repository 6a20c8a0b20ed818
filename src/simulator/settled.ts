/** Waits until a server's count has caught up with its answers. */
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
  /** How long a cluster's engines are waited for. */
  readonly patienceMs: number
  readonly nowMs: () => number
  readonly onSettling: (counted: number) => void
}

const ASK_AGAIN_MS = 250
/** How long the count of one machine may lag behind its last answer. */
const ONE_MACHINE_MS = 3_000

/** The count once it has caught up; as it stands when it does not in time; null when nobody answers. */
export async function settledResults(
  ask: () => Promise<ResultsSnapshot>,
  { cast, patienceMs, nowMs, onSettling }: Settling,
): Promise<ResultsSnapshot | null> {
  const startMs = nowMs()
  let results: ResultsSnapshot | null = null
  do {
    try {
      results = await ask()
      if (results.cast >= cast && results.invariant.holds && !results.invariant.settling) return results
      onSettling(results.cast)
    } catch (error) {
      if (!(error instanceof CannotSimulate)) throw error
    }
    await sleep(ASK_AGAIN_MS)
  } while (nowMs() - startMs < (results?.pipeline ? patienceMs : ONE_MACHINE_MS))
  return results
}
