/** The rows of the district table: leaders per district, search by name, and sorting. */
import type { ContestSnapshot, DistrictSnapshot } from '../../core/status/snapshot.ts'

export interface DistrictRow {
  /** Its place in the definition. */
  readonly index: number
  readonly id: string
  readonly name: string
  readonly eligible: number
  readonly cast: number
  /** 0–1; null if the district has no eligible voters. */
  readonly turnout: number | null
  /**
   * Options with the most votes here, as indexes; empty if there are no votes, or if the district
   * does not vote in the contest.
   */
  readonly leaders: readonly number[]
  /** The leaders' share of the votes given here. */
  readonly leadShare: number | null
  /** Votes by which the first is ahead of the next; null without votes. */
  readonly margin: number | null
  /** The margin as a part of the votes given here. */
  readonly marginShare: number | null
  /**
   * Votes per option, in definition order; null if the district does not vote in the contest, or if
   * its votes are withheld.
   */
  readonly votes: readonly number[] | null
  /** The votes of this district are withheld, so that they do not reveal a single vote. */
  readonly withheld: boolean
}

export type SortKey = 'name' | 'eligible' | 'cast' | 'turnout' | 'leader' | 'margin' | 'change'

/** `null` keeps the order of the definition. */
export type Sort = { readonly key: SortKey; readonly descending: boolean } | null

export function districtRows(
  districts: readonly DistrictSnapshot[],
  contest: Pick<ContestSnapshot, 'by_district'> | null,
): DistrictRow[] {
  const counts = new Map(contest?.by_district.map((row) => [row[0]!, row]))
  return districts.map((district, index) => ({
    index,
    id: district.id,
    name: district.name,
    eligible: district.eligible,
    cast: district.cast,
    turnout: district.eligible === 0 ? null : district.cast / district.eligible,
    ...leadersIn(counts.get(index)),
  }))
}

type Lead = Pick<DistrictRow, 'leaders' | 'leadShare' | 'margin' | 'marginShare' | 'votes' | 'withheld'>

/**
 * `row` is a district's index, votes per option, and blanks; only the index if its votes are
 * withheld.
 */
function leadersIn(row: readonly number[] | undefined): Lead {
  const votes = row === undefined || row.length === 1 ? null : row.slice(1, -1)
  let most = 0
  let second = 0
  let given = 0
  let leaders: number[] = []
  for (const [i, count] of votes?.entries() ?? []) {
    given += count
    if (count > most) {
      second = most
      most = count
      leaders = [i]
    } else {
      if (count === most && most > 0) leaders.push(i)
      second = Math.max(second, count)
    }
  }
  return {
    ...{ leaders, votes, withheld: row?.length === 1 },
    leadShare: given === 0 ? null : most / given,
    margin: given === 0 ? null : most - second,
    marginShare: given === 0 ? null : (most - second) / given,
  }
}

/** A name in the form that the search compares: lower case, without accents. */
export function searchable(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/**
 * For each district, its place in alphabetical order. Callers compute it once, because names do not
 * change and a collator is slow.
 */
export function nameOrder(names: readonly string[], locale: string): number[] {
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const order = new Array<number>(names.length)
  for (const [place, index] of names
    .map((_, i) => i)
    .sort((a, b) => compare(names[a]!, names[b]!) || a - b)
    .entries())
    order[index] = place
  return order
}

/**
 * Returns the sorted rows. Rows without a value are last in both directions, and equal rows stay in
 * definition order.
 */
export function sortRows(
  rows: readonly DistrictRow[],
  sort: Sort,
  alphabet: readonly number[],
  change: (index: number) => number = () => 0,
): readonly DistrictRow[] {
  if (sort === null) return rows
  const value = orderOf(sort.key, alphabet, change)
  const sign = sort.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null)
        return Number(a.value === null) - Number(b.value === null) || a.row.index - b.row.index
      return sign * (a.value - b.value) || a.row.index - b.row.index
    })
    .map(({ row }) => row)
}

function orderOf(
  key: SortKey,
  alphabet: readonly number[],
  change: (index: number) => number,
): (row: DistrictRow) => number | null {
  switch (key) {
    case 'name':
      return (row) => alphabet[row.index]!
    case 'leader':
      return leaderOrder
    case 'margin':
      return (row) => row.marginShare
    case 'change':
      return (row) => change(row.index)
    default:
      return (row) => row[key]
  }
}

/**
 * Sorts by leading option, and for one option by the leader's share, highest first. Ties come after
 * all single leaders.
 */
function leaderOrder({ leaders, leadShare }: DistrictRow): number | null {
  if (leadShare === null) return null
  return leaders.length > 1 ? Number.MAX_SAFE_INTEGER : leaders[0]! + 1 - leadShare
}

/**
 * The order after a click on a column's heading: the column's natural direction first, then the
 * reverse.
 */
export function nextSort(sort: Sort, key: SortKey): Sort {
  const natural = key !== 'name' && key !== 'leader' && key !== 'margin'
  return sort?.key === key ? { key, descending: !sort.descending } : { key, descending: natural }
}
