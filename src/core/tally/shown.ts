/**
 * What of a result is shown, now. Snapshot, downloads, stream and commands take a
 * {@link ShownResult}, and only this file makes one (docs/invariants.md, "Groups of k").
 *
 * While voting is open it counts what the public log has told (published-tally.ts), and of the rest
 * it tells turnout; of an `after-close` election there is none before the log has told every
 * ballot. A district that log entries do not name has no row of its own, not even after the close:
 * its votes are in the totals, together with those of its like. The same log and phase give the
 * same answer, so a recount gives the same bytes.
 */

import { namedDistricts } from '../election/ballot-style.ts'
import type { Election } from '../election/definition.ts'
import { type Phase, resultsVisible } from '../election/phase.ts'
import type { TallyCounts } from './plurality.ts'
import type { CountedTree, PublishedCount } from './published-tally.ts'
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
  /** What it is a count of; null where that is every ballot stored, or none. */
  readonly checkpoint: CountedTree | null
}

/** Where an election stands with its count. */
export interface CountStanding {
  readonly phase: Phase
  /** Keys issued per district when the election was made. */
  readonly issued: ArrayLike<number>
  /** Every ballot stored. */
  readonly stored: TallyCounts
  /** What the public log has told; null where that is every ballot as it comes. */
  readonly published: PublishedCount | null
}

/** @returns null while nothing but turnout may be told */
export function shownCount(
  election: Election,
  { phase, issued, stored, published }: CountStanding,
): ShownCount | null {
  const complete = published === null || published.complete
  if (!resultsVisible(election, phase) || (election.results === 'after-close' && !complete)) return null
  const counted = complete ? stored : published.tally
  const named = namedDistricts(election, issued)
  const result = resultOf(election, counted, stored.ballots() - counted.ballots())
  const contests = result.contests.map((contest, c): ShownContest => {
    const districts = districtsOf(election, election.contests[c]!).map((d, row): ShownDistrict => {
      const district = contest.districts[row]!
      if (named[d] && (complete || counted.perDistrict[d]! > 0)) return district
      return { id: district.id, ballots: stored.contests[c]!.ballots[d]!, withheld: true }
    })
    return { ...contest, districts }
  })
  return {
    result: { ...result, contests } as unknown as ShownResult,
    blank: counted.blank(),
    checkpoint: published?.checkpoint ?? null,
  }
}

/** {@link shownCount} without what a snapshot tells besides. */
export function shownResult(...count: Parameters<typeof shownCount>): ShownResult | null {
  return shownCount(...count)?.result ?? null
}

/**
 * The result of every ballot, once all are told: what the close of the public log names. @param
 * issued as above
 */
export function wholeResult(election: Election, issued: ArrayLike<number>, tally: TallyCounts): ShownResult {
  return shownResult(election, { phase: 'closed', issued, stored: tally, published: null })!
}

export function isWithheld(district: ShownDistrict): district is WithheldDistrict {
  return 'withheld' in district
}
