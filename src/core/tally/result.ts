/**
 * The result: the tally as a document, members and lists in definition order, numbers integers (docs/protocol.md,
 * "Result"). Its bytes are result-text.ts.
 */
import type { Election } from '../election/definition.ts'
import type { PluralityTally } from './plurality.ts'

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
  readonly ballots: number
  readonly contests: readonly ContestResult[]
}

export function resultOf(election: Election, tally: PluralityTally): ElectionResult {
  return {
    format: 'digital-elections/result/v1',
    election: election.id,
    ballots: tally.ballots(),
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
        districts: election.districts.flatMap((district, d) =>
          contest.districts === null || contest.districts.has(d)
            ? [
                {
                  id: district.id,
                  ballots: counts.ballots[d]!,
                  blank: counts.blank[d]!,
                  undervotes: counts.undervotes[d]!,
                  votes: votesIn(d),
                },
              ]
            : [],
        ),
      }
    }),
  }
}

function sum(counts: Float64Array): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
