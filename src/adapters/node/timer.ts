/** The process's monotonic clock and timers. */
import type { Timer } from '../../ports/timer.ts'

export const systemTimer: Timer = {
  elapsedMs: () => performance.now(),
  after: (delayMs, call) => {
    const timeout = setTimeout(call, delayMs)
    return () => clearTimeout(timeout)
  },
}
