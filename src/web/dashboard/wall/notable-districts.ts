/**
 * Selects the districts that a wall shows, out of many: those with most new ballots, the closest
 * contests, and the latest ballots.
 */
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
    growing: least(rows, most, ({ index }) => (changes.of(index) === 0 ? null : [-changes.of(index)])),
    closest: least(rows, most, ({ marginShare }) => (marginShare === null ? null : [marginShare])),
    // Among ballots of the same moment, the district with most new ballots is first.
    latest: least(rows, most, ({ index }) => {
      const ms = changes.lastMs(index)
      return ms === null ? null : [-ms, -changes.of(index)]
    }),
  }
}

/** The rows with the smallest keys, compared value by value. Rows without a key are left out. */
function least(
  rows: readonly DistrictRow[],
  most: number,
  orderOf: (row: DistrictRow) => readonly number[] | null,
): DistrictRow[] {
  return rows
    .flatMap((row) => {
      const order = orderOf(row)
      return order === null ? [] : [{ row, order: [...order, row.index] }]
    })
    .sort((a, b) => {
      const at = a.order.findIndex((value, i) => value !== b.order[i])
      return at === -1 ? 0 : a.order[at]! - b.order[at]!
    })
    .slice(0, most)
    .map(({ row }) => row)
}
