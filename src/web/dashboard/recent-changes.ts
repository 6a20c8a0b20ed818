/**
 * What came in of late, district by district, as far as this page has seen it. Pure: told the time.
 */

/** Changes are of the last minute. */
export const WINDOW_MS = 60_000
/** Kept that many moments of it. */
const MARKS = 6

export interface RecentChanges {
  /** Notes the ballots cast per district. Other districts than before begin from nothing. */
  readonly note: (nowMs: number, cast: readonly number[]) => void
  /** Ballots that a district got within the last minute. */
  readonly of: (index: number) => number
  /** When a district last got any; null where this page has not seen it. */
  readonly lastMs: (index: number) => number | null
}

export function recentChanges(): RecentChanges {
  let now = new Float64Array(0)
  let notedMs = 0
  let lastMs = new Float64Array(0)
  /** Oldest first. The first is what changes are counted from. */
  let marks: { readonly atMs: number; readonly cast: Float64Array }[] = []
  return {
    note: (nowMs, cast) => {
      const [before, silentMs] = [now, nowMs - notedMs]
      const isOther = cast.length !== before.length
      now = Float64Array.from(cast)
      notedMs = nowMs
      if (isOther) lastMs = new Float64Array(cast.length)
      else for (let i = 0; i < now.length; i++) if (now[i] !== before[i]) lastMs[i] = nowMs
      // After a silence the change is what came at its end.
      if (isOther || silentMs >= WINDOW_MS) marks = [{ atMs: nowMs, cast: isOther ? now : before }]
      while (marks.length > 1 && nowMs - marks[1]!.atMs >= WINDOW_MS) marks.shift()
      if (nowMs - marks.at(-1)!.atMs >= WINDOW_MS / MARKS) marks.push({ atMs: nowMs, cast: now })
    },
    of: (index) => Math.max(0, (now[index] ?? 0) - (marks[0]?.cast[index] ?? 0)),
    lastMs: (index) => lastMs[index] || null,
  }
}
