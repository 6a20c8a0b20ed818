/** Work that goes on beside a server until it is stopped. */
import { setTimeout as wait } from 'node:timers/promises'

export interface BackgroundWork {
  readonly stop: () => Promise<void>
}

/** Resolves after so long, or when the signal comes. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {})
}

/** Runs `work` until stopped; it ends by its signal. */
export function inBackground(work: (signal: AbortSignal) => Promise<void>): BackgroundWork {
  const controller = new AbortController()
  const ended = work(controller.signal)
  return {
    stop: async () => {
      controller.abort()
      await ended
    },
  }
}

/**
 * Calls `work` now and then every so often, one call at a time; what it throws is told and changes
 * nothing.
 */
export function everySoOften(
  everyMs: number,
  work: () => Promise<void>,
  onTrouble: (cause: unknown) => void,
): BackgroundWork {
  return inBackground(async (signal) => {
    while (!signal.aborted) {
      await work().catch(onTrouble)
      await sleep(everyMs, signal)
    }
  })
}
