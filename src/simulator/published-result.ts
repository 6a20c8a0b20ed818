/**
 * A published result as a cast to be played: districts, candidates, votes per cell; and the ballots
 * behind it, by number, without a list of them.
 */
import type { DefinitionFile } from '../core/election/definition.ts'
import { foldId } from '../core/roll/id-fold.ts'

export interface PublishedResult {
  readonly districts: readonly string[]
  readonly candidates: readonly string[]
  /** Votes by district × candidates + candidate. */
  readonly votes: Float64Array
}

/** Every count divided by `scale` and rounded to the nearest whole number, halves up. */
export function scaled(result: PublishedResult, scale: number): PublishedResult {
  return { ...result, votes: result.votes.map((votes) => Math.floor(votes / scale + 0.5)) }
}

export function totalVotes(result: PublishedResult): number {
  return result.votes.reduce((sum, votes) => sum + votes, 0)
}

export interface PlayedBallot {
  readonly district: number
  readonly candidate: number
}

/** The ballots of a result, numbered district by district, candidate by candidate. */
export function ballotsOf(result: PublishedResult): (number: number) => PlayedBallot {
  const width = result.candidates.length
  const until = new Float64Array(result.votes.length)
  let sum = 0
  for (const [cell, votes] of result.votes.entries()) {
    sum += votes
    until[cell] = sum
  }
  return (number) => {
    let low = 0
    let high = until.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (until[middle]! > number) high = middle
      else low = middle + 1
    }
    return { district: Math.floor(low / width), candidate: low % width }
  }
}

/**
 * The election that result came from, as far as the file tells: one contest, its candidates, its
 * districts.
 */
export function definitionOf(result: PublishedResult, id: string, title: string): DefinitionFile {
  const districts = unlike('d', result.districts)
  const options = unlike('c', result.candidates)
  return {
    id,
    title,
    opens_at: '2000-01-01T00:00:00Z',
    closes_at: '2100-01-01T00:00:00Z',
    results: 'live',
    simulated: true,
    districts: result.districts.map((name, i) => ({ id: `${districts}${i + 1}`, name })),
    contests: [
      {
        id: 'contest',
        title,
        votes: 1,
        options: result.candidates.map((name, i) => ({ id: `${options}${i + 1}`, name })),
      },
    ],
  }
}

/** A beginning of ids that none of the names could be taken for: a candidate may be called c2. */
function unlike(letter: string, names: readonly string[]): string {
  let prefix = letter
  while (names.some((name) => new RegExp(`^${prefix}[0-9]+$`).test(foldId(name)))) prefix += letter
  return prefix
}
