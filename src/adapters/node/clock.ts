/**
 * The machine's wall clock. It follows corrections and keeps running while a laptop sleeps, unlike
 * a monotonic clock.
 */
import type { Clock } from '../../ports/clock.ts'

export const systemClock: Clock = { nowMs: () => Date.now() }
