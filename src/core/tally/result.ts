/**
 * The result: the tally as a document, members and lists in definition order, numbers integers
 * (docs/protocol.md, "Result"). Its bytes are result-text.ts.
 */
import type { Contest, Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

export interface DistrictResult {
  readonly id: string
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  /** Votes per option, in definition order. */
  readonly votes: readonly number[]
}

export interface ContestResult {
  readonly id: string
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly options: readonly { readonly id: string; readonly votes: number }[]
  /** Only the districts that vote in the contest. */
  readonly districts: readonly DistrictResult[]
}

export interface ElectionResult {
  readonly format: 'digital-elections/result/v1'
  readonly election: string
  /** Ballots counted in it. */
  readonly ballots: number
  /** Ballots cast and not counted in it: held back while voting is open (release.ts). */
  readonly held: number
  readonly contests: readonly ContestResult[]
}

export function resultOf(election: Election, tally: TallyCounts, held = 0): ElectionResult {
  return {
    format: 'digital-elections/result/v1',
    election: election.id,
    ballots: tally.ballots(),
    held,
    contests: election.contests.map((contest, i) => {
      const counts = tally.contests[i]!
      const width = contest.options.length
      const votesIn = (district: number) => [
        ...counts.votes.subarray(district * width, (district + 1) * width),
      ]
      const totals = new Array<number>(width).fill(0)
      for (let cell = 0; cell < counts.votes.length; cell++) totals[cell % width]! += counts.votes[cell]!
      return {
        id: contest.id,
        ballots: sum(counts.ballots),
        blank: sum(counts.blank),
        undervotes: sum(counts.undervotes),
        options: contest.options.map((option, j) => ({ id: option.id, votes: totals[j]! })),
        districts: districtsOf(election, contest).map((d) => ({
          id: election.districts[d]!.id,
          ballots: counts.ballots[d]!,
          blank: counts.blank[d]!,
          undervotes: counts.undervotes[d]!,
          votes: votesIn(d),
        })),
      }
    }),
  }
}

/**
 * Indexes of the districts that vote in a contest, in definition order, whatever order it names
 * them in.
 */
export function districtsOf({ districts }: Pick<Election, 'districts'>, contest: Contest): number[] {
  return [...districts.keys()].filter((d) => contest.districts === null || contest.districts.has(d))
}

function sum(counts: Float64Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
