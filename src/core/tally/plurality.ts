/**
 * Plurality, with one or several votes per contest: counts per contest × district × option,
 * absolute and replayable.
 *
 * The same ballots in any order give the same counts: no clock, no randomness, no iteration order
 * (docs/invariants.md, "Same log, same result").
 */
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'

/**
 * Counts of one contest; every array is indexed by district, `votes` by district × options +
 * option.
 */
export interface ContestCounts {
  readonly votes: Float64Array
  /** Ballots whose ballot style carries the contest. */
  readonly ballots: Float64Array
  /** Of these, ballots that mark no option in it. */
  readonly blank: Float64Array
  /** Votes that could have been given and were not, blank ballots included. */
  readonly undervotes: Float64Array
}

/** What has been counted so far. */
export interface TallyCounts {
  readonly contests: readonly ContestCounts[]
  /** All ballots. */
  readonly ballots: () => number
  /** Ballots that mark nothing in any contest. */
  readonly blank: () => number
  /** Ballots per district. */
  readonly perDistrict: Float64Array
  /** Of these, ballots that mark nothing in any contest. */
  readonly blankPerDistrict: Float64Array
}

export interface PluralityTally extends TallyCounts {
  /** Counts `times` ballots of one district that all say `choices`. */
  readonly fold: (district: number, choices: Choices, times?: number) => void
  /**
   * The two halves of `fold`: marks in one contest, if the district votes in it, and the ballot as
   * a whole.
   */
  readonly foldMarks: (district: number, contest: number, options: readonly number[], times: number) => void
  readonly foldWhole: (district: number, isBlank: boolean, times: number) => void
}

/**
 * An empty tally. `fold` throws TypeError on choices that do not fit the election, and RangeError
 * on a district.
 */
export function pluralityTally(election: Election): PluralityTally {
  const districts = election.districts.length
  const contests = election.contests.map((contest) => ({
    votes: new Float64Array(districts * contest.options.length),
    ballots: new Float64Array(districts),
    blank: new Float64Array(districts),
    undervotes: new Float64Array(districts),
  }))
  const perDistrict = new Float64Array(districts)
  const blankPerDistrict = new Float64Array(districts)
  const marksOf = choicesReader(election)
  let total = 0
  let blank = 0

  const foldMarks = (district: number, contest: number, options: readonly number[], times: number): void => {
    const { districts, votes, options: defined } = election.contests[contest]!
    if (districts !== null && !districts.has(district)) return
    const counts = contests[contest]!
    counts.ballots[district]! += times
    if (options.length === 0) counts.blank[district]! += times
    counts.undervotes[district]! += (votes - options.length) * times
    const row = district * defined.length
    for (let j = 0; j < options.length; j++) counts.votes[row + options[j]!]! += times
  }
  const foldWhole = (district: number, isBlank: boolean, times: number): void => {
    total += times
    perDistrict[district]! += times
    if (!isBlank) return
    blank += times
    blankPerDistrict[district]! += times
  }
  const fold = (district: number, choices: Choices, times = 1): void => {
    if (!(district >= 0 && district < districts)) throw new RangeError('a stored ballot names no district')
    const marks = marksOf(choices)
    let isBlank = true
    for (let i = 0; i < contests.length; i++) {
      foldMarks(district, i, marks[i]!, times)
      if (marks[i]!.length > 0) isBlank = false
    }
    foldWhole(district, isBlank, times)
  }

  return {
    fold,
    foldMarks,
    foldWhole,
    contests,
    ballots: () => total,
    blank: () => blank,
    perDistrict,
    blankPerDistrict,
  }
}
