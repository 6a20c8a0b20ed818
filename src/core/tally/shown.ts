/**
 * What is shown of a result at present. Snapshot, downloads, stream and commands take a {@link
 * ShownResult}, which only this file can create (docs/invariants.md, "Groups of k").
 *
 * While voting is open, it counts the ballots that the public log has published
 * (published-tally.ts); of the others only the turnout is shown. An `after-close` election has no
 * result before the log has published every ballot. A district that log entries do not name has no
 * row, even after the close: its votes are in the totals, with those of similar districts. The same
 * log and phase give the same result, so a recount gives the same bytes.
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

/** A district whose votes are not shown separately: they are held, or only in the totals. */
export interface WithheldDistrict {
  readonly id: string
  /** Ballots cast, counted or held: turnout is public. */
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
  /** The checkpoint that the count belongs to; null if it counts every stored ballot, or none. */
  readonly checkpoint: CountedTree | null
}

/** The state of an election and its count. */
export interface CountStanding {
  readonly phase: Phase
  /** Keys issued per district at the genesis. */
  readonly issued: ArrayLike<number>
  /** Every stored ballot. */
  readonly stored: TallyCounts
  /** The published ballots; null if every ballot is published as it comes. */
  readonly published: PublishedCount | null
}

/**
 * Decides what is shown of a count (docs/invariants.md, "Groups of k").
 * @returns null while only the turnout may be shown
 */
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

/** @returns the result of {@link shownCount}, without the rest of a snapshot */
export function shownResult(...count: Parameters<typeof shownCount>): ShownResult | null {
  return shownCount(...count)?.result ?? null
}

/**
 * @param issued keys issued per district at the genesis
 * @returns the result of every ballot once all are published, which the close of the public log
 *   commits to
 */
export function wholeResult(election: Election, issued: ArrayLike<number>, tally: TallyCounts): ShownResult {
  return shownResult(election, { phase: 'closed', issued, stored: tally, published: null })!
}

/** @returns whether the votes of a district are not shown separately */
export function isWithheld(district: ShownDistrict): district is WithheldDistrict {
  return 'withheld' in district
}
