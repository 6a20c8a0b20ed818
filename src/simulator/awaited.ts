/**
 * What a rehearsal waits for once its ballots are cast: the public log on one machine, the engines
 * of a cluster.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../core/fault.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { PublicLog } from '../ports/public-log.ts'

/** Longest time without any ballot more. */
const STILL_MS = 180_000
const LOOK_MS = 100

/**
 * Waits until the public log tells every ballot; only where each is told as it comes
 * (core/tally/published-tally.ts).
 * @param ballots stored; no more are being cast
 * @throws {Fault} `stands-still` where publishing stands still before that; what `signal` throws
 */
export async function allPublished(
  { state }: Pick<PublicLog, 'state'>,
  ballots: number,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
  stillMs = STILL_MS,
): Promise<void> {
  const refuseStandstill = standstill(stillMs)
  for (;;) {
    signal?.throwIfAborted()
    const now = state()
    const published = now === null ? 0 : ballots - now.behind
    onProgress(published, ballots)
    if (now !== null && now.behind === 0) return
    refuseStandstill(
      published,
      () => `the public log stands at ${published} of ${ballots} ballots: see the server's log`,
    )
    await sleep(LOOK_MS)
  }
}

/**
 * Waits until every ballot is counted, or `signal` comes.
 * @throws {Fault} `stands-still` where the count stands still before it is complete
 */
export async function allCounted(
  tally: Pick<LiveTally, 'cast'>,
  ballots: number,
  signal?: AbortSignal,
  stillMs = STILL_MS,
): Promise<void> {
  const refuseStandstill = standstill(stillMs)
  while (!signal?.aborted && tally.cast() < ballots) {
    const counted = tally.cast()
    refuseStandstill(
      counted,
      () => `the count stands at ${counted} of ${ballots} ballots: see the pipeline panel, or /metrics`,
    )
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
}

/**
 * @returns to be told the count at each look; throws a fault of those words once it has not moved
 *   for too long
 */
function standstill(stillMs: number): (count: number, words: () => string) => void {
  let last = -1
  let movedAtMs = performance.now()
  return (count, words) => {
    if (count !== last) {
      last = count
      movedAtMs = performance.now()
    }
    if (performance.now() - movedAtMs > stillMs) throw new Fault('stands-still', { why: words() })
  }
}
