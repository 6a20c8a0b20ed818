/**
 * The waits of a rehearsal after its ballots are cast: for the public log on one machine, or for
 * the engines of a cluster.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../core/fault.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { PublicLog } from '../ports/public-log.ts'

/** The longest time without another ballot. */
const STILL_MS = 180_000
const LOOK_MS = 100

/**
 * Waits until every ballot is published. Use it only if each is published at once
 * (core/tally/published-tally.ts).
 * @param ballots stored; no more are being cast
 * @throws {Fault} `stands-still` if publishing makes no progress for `stillMs`; what `signal`
 * throws
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
      () => `the public log stands at ${published} of ${ballots} ballots: see the server’s logger output`,
    )
    await sleep(LOOK_MS)
  }
}

/**
 * Waits until every ballot is counted, or `signal` aborts.
 * @throws {Fault} `stands-still` if the count makes no progress for `stillMs`
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
      () => `the count stands at ${counted} of ${ballots} ballots: see the pipeline panel or /metrics`,
    )
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {})
  }
}

/**
 * @returns a function to call with each count that is read; it throws a fault with the given words
 * if the count has not changed for `stillMs`
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
