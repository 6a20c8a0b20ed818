/**
 * The machine's wall clock: it follows corrections and survives a laptop's sleep, which a monotonic
 * one does not.
 */
import type { Clock } from '../../ports/clock.ts'

export const systemClock: Clock = { nowMs: () => Date.now() }
