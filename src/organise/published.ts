/** Waits until the public log of an election tells every ballot; only where each is told as it comes (core/tally/told-tally.ts). */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PublicLog } from '../ports/public-log.ts'

/** Longest time without any ballot more being published. */
const STILL_MS = 180_000
const LOOK_MS = 100

/**
 * @param ballots stored; no more are being cast
 * @throws Error where publishing stands still before that; what `signal` throws
 */
export async function allPublished(
  { state }: Pick<PublicLog, 'state'>,
  ballots: number,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
  stillMs = STILL_MS,
): Promise<void> {
  let last = -1
  let movedAtMs = performance.now()
  for (;;) {
    signal?.throwIfAborted()
    const now = state()
    const published = now === null ? 0 : ballots - now.behind
    onProgress(published, ballots)
    if (now !== null && now.behind === 0) return
    if (published !== last) {
      last = published
      movedAtMs = performance.now()
    }
    if (performance.now() - movedAtMs > stillMs)
      throw new Error(`the public log stands at ${published} of ${ballots} ballots: see the server's log`)
    await sleep(LOOK_MS)
  }
}
