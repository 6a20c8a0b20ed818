/**
 * Ballot styles (docs/protocol.md, "Ballot style"): districts that vote in the same contests share
 * a style. Styles are named "1", "2", … in the order of their first districts in the definition.
 */
import type { Election } from './definition.ts'

export interface BallotStyles {
  /** The style's id, by district index. */
  readonly ofDistrict: readonly string[]
  /** The indexes of its contests, ascending, by style id. */
  readonly contests: ReadonlyMap<string, readonly number[]>
}

/** @returns the ballot styles of an election (docs/protocol.md, "Ballot style") */
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
 * @param issued keys issued per district at the genesis
 * @returns for each district index whether entries name the district (docs/protocol.md, "Ballot
 *   entry and tracker")
 */
export function namedDistricts(
  election: Pick<Election, 'districts' | 'suppressBelow'>,
  issued: ArrayLike<number>,
): readonly boolean[] {
  return election.districts.map((_, d) => issued[d]! >= election.suppressBelow)
}
