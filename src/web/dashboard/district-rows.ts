/** The rows of the district table: who is ahead where, found by name and put in order. Pure. */
import type { ContestSnapshot, DistrictSnapshot } from '../../core/status/snapshot.ts'

export interface DistrictRow {
  /** Its place in the definition. */
  readonly index: number
  readonly id: string
  readonly name: string
  readonly eligible: number
  readonly cast: number
  /** 0–1; null where nobody is eligible. */
  readonly turnout: number | null
  /**
   * Options with the most votes here, as indexes; empty without votes or where the contest is not
   * voted on.
   */
  readonly leaders: readonly number[]
  /** The leaders' share of the votes given here. */
  readonly leadShare: number | null
  /** Votes by which the first is ahead of the next; null without votes. */
  readonly margin: number | null
  /** The margin as a part of the votes given here. */
  readonly marginShare: number | null
  /**
   * Votes per option, in definition order; null where the contest is not voted on, or its votes are
   * not told.
   */
  readonly votes: readonly number[] | null
  /** The votes here are not told, so that they do not tell who voted how. */
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
 * `row` is a district's index, votes per option, and blanks; the index alone where it is withheld.
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

/** A name as it is compared: no case, no accents. */
export function searchable(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/**
 * For each district its place in alphabetical order, worked out once: names do not change, and a
 * collator is slow.
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

/** Sorted rows; whatever has no value stands last either way, equals stay in definition order. */
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

/** By option, and within it the strongest first; a tie after every single leader. */
function leaderOrder({ leaders, leadShare }: DistrictRow): number | null {
  if (leadShare === null) return null
  return leaders.length > 1 ? Number.MAX_SAFE_INTEGER : leaders[0]! + 1 - leadShare
}

/**
 * What a click on a column's heading makes of the order: its natural way first, then the other way
 * round.
 */
export function nextSort(sort: Sort, key: SortKey): Sort {
  const natural = key !== 'name' && key !== 'leader' && key !== 'margin'
  return sort?.key === key ? { key, descending: !sort.descending } : { key, descending: natural }
}
