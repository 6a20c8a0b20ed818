/** Of many districts those that a wall tells of: where most comes in, where it is closest, where the latest came from. Pure. */
import type { DistrictRow } from '../district-rows.ts'
import type { RecentChanges } from '../recent-changes.ts'

export interface Notable {
  /** The most ballots within the last minute, most first. */
  readonly growing: readonly DistrictRow[]
  /** The smallest margins, smallest first. */
  readonly closest: readonly DistrictRow[]
  /** The newest ballots, newest first. */
  readonly latest: readonly DistrictRow[]
}

export function notableDistricts(
  rows: readonly DistrictRow[],
  changes: Pick<RecentChanges, 'of' | 'lastMs'>,
  most: number,
): Notable {
  return {
    growing: least(rows, most, ({ index }) => (changes.of(index) === 0 ? null : -changes.of(index))),
    closest: least(rows, most, ({ marginShare }) => marginShare),
    latest: least(rows, most, ({ index }) => {
      const ms = changes.lastMs(index)
      return ms === null ? null : -ms
    }),
  }
}

/** The rows with the smallest values; those without one are left out. */
function least(
  rows: readonly DistrictRow[],
  most: number,
  orderOf: (row: DistrictRow) => number | null,
): DistrictRow[] {
  return rows
    .flatMap((row) => {
      const value = orderOf(row)
      return value === null ? [] : [{ row, value }]
    })
    .sort((a, b) => a.value - b.value || a.row.index - b.row.index)
    .slice(0, most)
    .map(({ row }) => row)
}
