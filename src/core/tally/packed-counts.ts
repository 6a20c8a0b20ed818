/** A tally's counts in one array: what another thread takes over without a copy of its own. */
import type { Contest, Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

type Shape = Pick<Election, 'districts' | 'contests'>

/** The counts of a tally as they are now, contest by contest, then those of whole ballots. */
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
 * The tally again; it reads `packed` and copies nothing. @throws RangeError where that is of
 * another election
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
  if (at !== packed.length) throw new RangeError('packed counts are of another election')
  const ballots = sumOf(perDistrict)
  const blank = sumOf(blankPerDistrict)
  return { contests: unpacked, ballots: () => ballots, blank: () => blank, perDistrict, blankPerDistrict }
}

function sumOf(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}
