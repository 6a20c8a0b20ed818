/**
 * What a reader of deltas knows at one moment: the newest snapshot, its rows of districts possibly
 * an older one's. Totals are told at once; thousands of rows are told a few at a time. Both are of
 * snapshots, which is all that may be told. Pure.
 */
import type { ContestSnapshot, ResultsSnapshot } from './snapshot.ts'

/** Up to so many rows, those of every contest together, they go with the totals. */
const FEW_ROWS = 200

/** The newest snapshot with the rows of an older one, of the same election. */
export function withRowsOf(newest: ResultsSnapshot, older: ResultsSnapshot): ResultsSnapshot {
  const rowsOf = (contest: ContestSnapshot, c: number): ContestSnapshot => {
    return { ...contest, by_district: older.contests![c]!.by_district }
  }
  return { ...newest, districts: older.districts, contests: newest.contests?.map(rowsOf) ?? null }
}

/**
 * Whether rows must not stay behind: there are few, or the totals are of another checkpoint or
 * phase. What is shown of one checkpoint is shown whole (docs/invariants.md, "Groups of k").
 */
export function rowsGoAlong(newest: ResultsSnapshot, older: ResultsSnapshot): boolean {
  return (
    rowCount(newest) <= FEW_ROWS ||
    newest.phase !== older.phase ||
    newest.checkpoint?.root !== older.checkpoint?.root ||
    newest.contests?.length !== older.contests?.length ||
    newest.districts.length !== older.districts.length
  )
}

function rowCount({ districts, contests }: ResultsSnapshot): number {
  return (contests ?? []).reduce((sum, { by_district }) => sum + by_district.length, districts.length)
}
