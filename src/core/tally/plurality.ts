/**
 * Plurality with one or several votes per contest: absolute counts per contest × district × option.
 *
 * The same ballots in any order give the same counts: it uses no clock, no randomness and no
 * iteration order (docs/invariants.md, "Same log, same result").
 */
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'

/**
 * Counts of one contest. Every array is indexed by district; `votes` by district × number of
 * options + option.
 */
export interface ContestCounts {
  readonly votes: Float64Array
  /** Ballots whose ballot style has the contest. */
  readonly ballots: Float64Array
  /** Of these, ballots that mark no option in it. */
  readonly blank: Float64Array
  /** Votes that were possible and not cast, including those of blank ballots. */
  readonly undervotes: Float64Array
}

/** The counts so far. */
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
  /** Counts `times` ballots of one district that all have these `choices`. */
  readonly fold: (district: number, choices: Choices, times?: number) => void
  /**
   * The two halves of `fold`: marks in one contest, if the district votes in it, and the ballot as
   * a whole.
   */
  readonly foldMarks: (district: number, contest: number, options: readonly number[], times: number) => void
  readonly foldWhole: (district: number, isBlank: boolean, times: number) => void
}

/**
 * Creates an empty tally. Its `fold` throws TypeError if the choices do not fit the election, and
 * RangeError if the district does not.
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
    if (!(district >= 0 && district < districts))
      throw new RangeError('the district index of a stored ballot is out of range')
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
