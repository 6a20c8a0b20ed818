/**
 * Recent ballots per district, as far as this page has seen them. Callers give the time.
 */

/** The period that changes cover. */
export const WINDOW_MS = 60_000
/** The number of moments kept within that period. */
const MARKS = 6

export interface RecentChanges {
  /**
   * Notes the ballots cast per district. If the number of districts has changed, all begin without
   * changes.
   */
  readonly note: (nowMs: number, cast: readonly number[]) => void
  /** The number of ballots cast in a district within the last minute. */
  readonly of: (index: number) => number
  /** When a district last got a ballot; null if it got none since the page opened. */
  readonly lastMs: (index: number) => number | null
}

export function recentChanges(): RecentChanges {
  let now = new Float64Array(0)
  let notedMs = 0
  let lastMs = new Float64Array(0)
  /** Oldest first. Changes are counted from the first. */
  let marks: { readonly atMs: number; readonly cast: Float64Array }[] = []
  return {
    note: (nowMs, cast) => {
      const [before, silentMs] = [now, nowMs - notedMs]
      const isOther = cast.length !== before.length
      now = Float64Array.from(cast)
      notedMs = nowMs
      if (isOther) lastMs = new Float64Array(cast.length)
      else for (let i = 0; i < now.length; i++) if (now[i] !== before[i]) lastMs[i] = nowMs
      // After a silence, the change is the difference to the last numbers before it.
      if (isOther || silentMs >= WINDOW_MS) marks = [{ atMs: nowMs, cast: isOther ? now : before }]
      while (marks.length > 1 && nowMs - marks[1]!.atMs >= WINDOW_MS) marks.shift()
      if (nowMs - marks.at(-1)!.atMs >= WINDOW_MS / MARKS) marks.push({ atMs: nowMs, cast: now })
    },
    of: (index) => Math.max(0, (now[index] ?? 0) - (marks[0]?.cast[index] ?? 0)),
    lastMs: (index) => lastMs[index] || null,
  }
}
