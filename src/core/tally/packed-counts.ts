/** The counts of a tally in one array, which can be moved to another thread without a copy. */
import type { Contest, Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

type Shape = Pick<Election, 'districts' | 'contests'>

/** @returns a copy of the present counts, by contest, then those of whole ballots */
export function packCounts(tally: TallyCounts): Float64Array<ArrayBuffer> {
  const parts = [
    ...tally.contests.flatMap(({ votes, ballots, blank, undervotes }) => [votes, ballots, blank, undervotes]),
    tally.perDistrict,
    tally.blankPerDistrict,
  ]
  const packed = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    packed.set(part, at)
    at += part.length
  }
  return packed
}

/**
 * Reads packed counts as a tally, without copying them.
 * @throws {RangeError} if they belong to another election
 */
export function unpackCounts({ districts, contests }: Shape, packed: Float64Array): TallyCounts {
  let at = 0
  const next = (width = 1): Float64Array => {
    at += districts.length * width
    return packed.subarray(at - districts.length * width, at)
  }
  const contestOf = ({ options }: Contest) => ({
    votes: next(options.length),
    ballots: next(),
    blank: next(),
    undervotes: next(),
  })
  const unpacked = contests.map(contestOf)
  const perDistrict = next()
  const blankPerDistrict = next()
  if (at !== packed.length) throw new RangeError('packed counts belong to another election')
  const ballots = sumOf(perDistrict)
  const blank = sumOf(blankPerDistrict)
  return { contests: unpacked, ballots: () => ballots, blank: () => blank, perDistrict, blankPerDistrict }
}

function sumOf(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
