/**
 * What a reader of deltas has at one moment: the newest snapshot, perhaps with the district rows of
 * an older one. Totals are sent immediately; thousands of rows are sent a few at a time. Both come
 * from snapshots, which have nothing secret.
 */
import type { ContestSnapshot, ResultsSnapshot } from './snapshot.ts'

/** Up to this number of rows, of all contests together, they are sent with the totals. */
const FEW_ROWS = 200

/** @returns the newest snapshot with the rows of an older one of the same election */
export function withRowsOf(newest: ResultsSnapshot, older: ResultsSnapshot): ResultsSnapshot {
  const rowsOf = (contest: ContestSnapshot, c: number): ContestSnapshot => {
    return { ...contest, by_district: older.contests![c]!.by_district }
  }
  return { ...newest, districts: older.districts, contests: newest.contests?.map(rowsOf) ?? null }
}

/**
 * @returns whether rows must be sent with the totals: there are few, or the totals belong to
 *   another checkpoint or phase. The figures of one checkpoint are shown together
 *   (docs/invariants.md, "Groups of k").
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
