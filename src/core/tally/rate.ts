/**
 * Ballots per second over the last full seconds, in a ring of one counter per second. The time is
 * given.
 */
export interface BallotRate {
  readonly count: (ballots: number, nowMs: number) => void
  readonly at: (nowMs: number) => number
}

export function ballotRate(seconds: number): BallotRate {
  const slots = seconds + 1
  const counts = new Float64Array(slots)
  const second = new Float64Array(slots).fill(-1)
  return {
    count: (ballots, nowMs) => {
      const now = Math.floor(nowMs / 1000)
      const slot = now % slots
      if (second[slot] !== now) {
        second[slot] = now
        counts[slot] = 0
      }
      counts[slot]! += ballots
    },
    at: (nowMs) => {
      const now = Math.floor(nowMs / 1000)
      let total = 0
      for (let slot = 0; slot < slots; slot++)
        if (second[slot]! >= now - seconds && second[slot]! < now) total += counts[slot]!
      return total / seconds
    },
  }
}
