/**
 * Ballot styles: districts that vote in the same contests share one, named "1", "2", … in the order
 * in which the definition's districts bring them up.
 */
import type { Election } from './definition.ts'

export interface BallotStyles {
  /** The style's id, by district index. */
  readonly ofDistrict: readonly string[]
  /** Contest indexes, ascending, by style id. */
  readonly contests: ReadonlyMap<string, readonly number[]>
}

export function ballotStyles(election: Pick<Election, 'districts' | 'contests'>): BallotStyles {
  const idOf = new Map<string, string>()
  const contests = new Map<string, readonly number[]>()
  const ofDistrict = election.districts.map((_, d) => {
    const carried = [...election.contests.keys()].filter((c) => {
      const { districts } = election.contests[c]!
      return districts === null || districts.has(d)
    })
    const key = carried.join()
    let id = idOf.get(key)
    if (id === undefined) {
      id = String(idOf.size + 1)
      idOf.set(key, id)
      contests.set(id, carried)
    }
    return id
  })
  return { ofDistrict, contests }
}

/**
 * Whether entries name each district, by index. @param issued keys issued per district when the
 * election was made
 */
export function namedDistricts(
  election: Pick<Election, 'districts' | 'suppressBelow'>,
  issued: ArrayLike<number>,
): readonly boolean[] {
  return election.districts.map((_, d) => issued[d]! >= election.suppressBelow)
}
