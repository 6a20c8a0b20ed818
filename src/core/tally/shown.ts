/**
 * The one gate between the count and everybody: what of a result may be shown, now.
 *
 * Snapshot, downloads, stream and commands take a {@link ShownResult}, and only this function makes one. Before the
 * close of an `after-close` election there is none (invariant 7); districts that would tell how few people voted are
 * withheld (withheld.ts). The same log and phase give the same answer, so a recount gives the same bytes.
 */
import type { Election } from '../election/definition.ts'
import { type Phase, resultsVisible } from '../election/phase.ts'
import type { ContestResult, DistrictResult, ElectionResult } from './result.ts'
import { withheldRows } from './withheld.ts'

/** A district whose votes are in the contest's totals but not told. */
export interface WithheldDistrict {
  readonly id: string
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

/** @returns null while nothing but turnout may be told; `count` is called only when something may */
export function shownResult(
  election: Pick<Election, 'results' | 'suppressBelow'>,
  phase: Phase,
  count: () => ElectionResult,
): ShownResult | null {
  if (!resultsVisible(election, phase)) return null
  const result = count()
  const contests = election.suppressBelow > 1 ? result.contests.map(withoutSmall) : result.contests
  return { ...result, contests } as unknown as ShownResult

  function withoutSmall(contest: ContestResult): ShownContest {
    const withheld = withheldRows(contest.districts, election.suppressBelow)
    const districts = contest.districts.map(
      (district, i): ShownDistrict =>
        withheld.has(i) ? { id: district.id, ballots: district.ballots, withheld: true } : district,
    )
    return { ...contest, districts }
  }
}

export function isWithheld(district: ShownDistrict): district is WithheldDistrict {
  return 'withheld' in district
}
