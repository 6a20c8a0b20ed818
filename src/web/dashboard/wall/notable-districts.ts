/**
 * Of many districts those that a wall tells of: where most comes in, where it is closest, where the
 * latest came from. Pure.
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
    // Of those that came at once, first where most came.
    latest: least(rows, most, ({ index }) => {
      const ms = changes.lastMs(index)
      return ms === null ? null : [-ms, -changes.of(index)]
    }),
  }
}

/**
 * The rows with the smallest values, compared one after the other; those without any are left out.
 */
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
