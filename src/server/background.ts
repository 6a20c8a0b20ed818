/** Work that runs beside a server until it is stopped. */
import { setTimeout as wait } from 'node:timers/promises'

export interface BackgroundWork {
  readonly stop: () => Promise<void>
}

/** Resolves after `ms` milliseconds, or when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {})
}

/** Runs `work` until it is stopped; its signal ends it. */
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
 * Calls `work` every `everyMs` milliseconds, one call at a time; an error is reported and changes
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
