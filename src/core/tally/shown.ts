/**
 * The one gate between the count and everybody: what of a result may be shown, now.
 *
 * Snapshot, downloads, stream and commands take a {@link ShownResult}, and only this file makes one. Before the close
 * of an `after-close` election there is none (docs/invariants.md, "Groups of k"). While voting is open it counts the
 * released units alone (release.ts); of the others it tells turnout. A district that log entries do not name has no row of its own, not even
 * after the close: its votes are in the totals, together with those of its like. The same log and phase give the same
 * answer, so a recount gives the same bytes.
 */
import type { Election } from '../election/definition.ts'
import { type Phase, resultsVisible } from '../election/phase.ts'
import { namedDistricts } from '../log/entry.ts'
import type { TallyCounts } from './plurality.ts'
import { countsIn, releasedDistricts } from './release.ts'
import {
  type ContestResult,
  type DistrictResult,
  districtsOf,
  type ElectionResult,
  resultOf,
} from './result.ts'

/** A district whose votes are not told by themselves: held back, or only in the totals. */
export interface WithheldDistrict {
  readonly id: string
  /** Cast, whether counted or held back: turnout is public. */
  readonly ballots: number
  readonly withheld: true
}

export type ShownDistrict = DistrictResult | WithheldDistrict

export interface ShownContest extends Omit<ContestResult, 'districts'> {
  readonly districts: readonly ShownDistrict[]
}

declare const gated: unique symbol

export interface ShownResult extends Omit<ElectionResult, 'contests'> {
  readonly contests: readonly ShownContest[]
  readonly [gated]: true
}

export interface ShownCount {
  readonly result: ShownResult
  /** Of its ballots, those that mark nothing in any contest. */
  readonly blank: number
}

/**
 * @param issued keys issued per district when the election was made
 * @returns null while nothing but turnout may be told
 */
export function shownCount(
  election: Election,
  phase: Phase,
  issued: ArrayLike<number>,
  tally: TallyCounts,
): ShownCount | null {
  if (!resultsVisible(election, phase)) return null
  const released = releasedDistricts(election, phase, issued, tally)
  const told = countsIn(released, election, tally)
  const named = namedDistricts(election, issued)
  const result = resultOf(election, told, tally.ballots() - told.ballots())
  const contests = result.contests.map((contest, c): ShownContest => {
    const districts = districtsOf(election, election.contests[c]!).map((d, row): ShownDistrict => {
      const district = contest.districts[row]!
      if (released[d] && named[d]) return district
      return { id: district.id, ballots: tally.contests[c]!.ballots[d]!, withheld: true }
    })
    return { ...contest, districts }
  })
  return { result: { ...result, contests } as unknown as ShownResult, blank: told.blank() }
}

/** {@link shownCount} without what a snapshot tells besides. */
export function shownResult(...count: Parameters<typeof shownCount>): ShownResult | null {
  return shownCount(...count)?.result ?? null
}

export function isWithheld(district: ShownDistrict): district is WithheldDistrict {
  return 'withheld' in district
}
