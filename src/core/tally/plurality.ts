/**
 * Plurality, with one or several votes per contest: counts per contest × district × option, absolute and replayable.
 *
 * The same ballots in any order give the same counts: no clock, no randomness, no iteration order (invariant 8).
 */
import { type Choices, choicesReader } from '../election/choices.ts'
import type { Election } from '../election/definition.ts'

/** Counts of one contest; every array is indexed by district, `votes` by district × options + option. */
export interface ContestCounts {
  readonly votes: Float64Array
  /** Ballots whose ballot style carries the contest. */
  readonly ballots: Float64Array
  /** Of these, ballots that mark no option in it. */
  readonly blank: Float64Array
  /** Votes that could have been given and were not, blank ballots included. */
  readonly undervotes: Float64Array
}

export interface PluralityTally {
  /** Counts `times` ballots of one district that all say `choices`. */
  readonly fold: (district: number, choices: Choices, times?: number) => void
  readonly contests: readonly ContestCounts[]
  /** Ballots folded so far. */
  readonly ballots: () => number
  /** Ballots that mark nothing in any contest. */
  readonly blank: () => number
  /** Ballots per district. */
  readonly perDistrict: Float64Array
}

/** An empty tally. `fold` throws TypeError on choices that do not fit the election, and RangeError on a district. */
export function pluralityTally(election: Election): PluralityTally {
  const districts = election.districts.length
  const contests = election.contests.map((contest) => ({
    votes: new Float64Array(districts * contest.options.length),
    ballots: new Float64Array(districts),
    blank: new Float64Array(districts),
    undervotes: new Float64Array(districts),
  }))
  const perDistrict = new Float64Array(districts)
  const marksOf = choicesReader(election)
  let total = 0
  let blank = 0

  const fold = (district: number, choices: Choices, times = 1): void => {
    if (!(district >= 0 && district < districts)) throw new RangeError('a stored ballot names no district')
    const marks = marksOf(choices)
    total += times
    perDistrict[district]! += times
    let isBlank = true
    for (let i = 0; i < contests.length; i++) {
      const contest = election.contests[i]!
      if (contest.districts !== null && !contest.districts.has(district)) continue
      const counts = contests[i]!
      const options = marks[i]!
      counts.ballots[district]! += times
      if (options.length === 0) counts.blank[district]! += times
      else isBlank = false
      counts.undervotes[district]! += (contest.votes - options.length) * times
      const row = district * contest.options.length
      for (let j = 0; j < options.length; j++) counts.votes[row + options[j]!]! += times
    }
    if (isBlank) blank += times
  }

  return { fold, contests, ballots: () => total, blank: () => blank, perDistrict }
}
