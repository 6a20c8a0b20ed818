/** Which times can be, by the clock of whoever looks. Pure. */

/** By how much two honest clocks may differ. */
export const CLOCK_SKEW_MS = 10 * 60_000
/** Before it there was no log: what is dated earlier was dated by nobody's clock. */
const FIRST_MS = Date.parse('2020-01-01T00:00:00Z')

export function isFuture(atMs: number, nowMs: number): boolean {
  return atMs > nowMs + CLOCK_SKEW_MS
}

/** Whether a witness can have cosigned at that time, Unix seconds. */
export function isPossibleCosigning(timestampS: number, nowMs: number): boolean {
  return timestampS * 1000 >= FIRST_MS && !isFuture(timestampS * 1000, nowMs)
}
