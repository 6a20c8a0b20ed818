/**
 * Counts of one district as a row of numbers, absolute: how a cluster's publisher tells them to
 * every gateway.
 *
 * A row is the district's ballots, those that mark nothing anywhere, then for every contest that
 * its voters have, in definition order: ballots that mark nothing in it and the votes per option.
 * The rest follows: such a contest has as many ballots as the district, and undervotes are the
 * votes that could have been given less those that were.
 */
import type { Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

export interface DistrictCounts {
  /** Index into the election's districts. */
  readonly district: number
  readonly counts: readonly number[]
}

export interface DistrictRows {
  /** What the rows set so far come to. */
  readonly tally: TallyCounts
  /**
   * Takes rows in place of those before: all of them, or none.
   * @returns false where one fits not the election, or takes back what the row before told
   */
  readonly set: (rows: readonly DistrictCounts[]) => boolean
}

type Contests = Pick<Election, 'contests' | 'districts'>

export function districtRow(election: Contests, tally: TallyCounts, district: number): number[] {
  const row = [tally.perDistrict[district]!, tally.blankPerDistrict[district]!]
  for (const [c, contest] of election.contests.entries()) {
    if (contest.districts !== null && !contest.districts.has(district)) continue
    const width = contest.options.length
    const { blank, votes } = tally.contests[c]!
    row.push(blank[district]!, ...votes.subarray(district * width, (district + 1) * width))
  }
  return row
}

/** An empty tally that takes rows. */
export function districtRows(election: Contests): DistrictRows {
  const { length } = election.districts
  const contests = election.contests.map(({ options }) => ({
    votes: new Float64Array(length * options.length),
    ballots: new Float64Array(length),
    blank: new Float64Array(length),
    undervotes: new Float64Array(length),
  }))
  const perDistrict = new Float64Array(length)
  const blankPerDistrict = new Float64Array(length)
  let total = 0
  let blank = 0
  const tally: TallyCounts = {
    contests,
    ballots: () => total,
    blank: () => blank,
    perDistrict,
    blankPerDistrict,
  }

  const isMore = ({ district, counts }: DistrictCounts): boolean => {
    if (!fits(election, district, counts)) return false
    const before = districtRow(election, tally, district)
    return counts.every((count, i) => count >= before[i]!)
  }
  const put = ({ district, counts: row }: DistrictCounts): void => {
    const [ballots, blankOnes] = row as readonly [number, number]
    total += ballots - perDistrict[district]!
    blank += blankOnes - blankPerDistrict[district]!
    perDistrict[district] = ballots
    blankPerDistrict[district] = blankOnes
    let at = 2
    for (const [c, contest] of election.contests.entries()) {
      if (contest.districts !== null && !contest.districts.has(district)) continue
      const counts = contests[c]!
      counts.ballots[district] = ballots
      counts.blank[district] = row[at++]!
      let given = 0
      for (let j = 0; j < contest.options.length; j++) {
        given += row[at]!
        counts.votes[district * contest.options.length + j] = row[at++]!
      }
      counts.undervotes[district] = ballots * contest.votes - given
    }
  }
  return {
    tally,
    set: (rows) => {
      if (!rows.every(isMore)) return false
      for (const row of rows) put(row)
      return true
    },
  }
}

/** Whether so many ballots of the district can have been marked so. */
function fits({ contests, districts }: Contests, district: number, row: readonly number[]): boolean {
  const [ballots, blank] = row
  if (!Number.isSafeInteger(district) || district < 0 || district >= districts.length) return false
  if (!row.every((count) => Number.isSafeInteger(count) && count >= 0 && count <= ballots!)) return false
  if (ballots === undefined || blank === undefined) return false
  let at = 2
  for (const contest of contests) {
    if (contest.districts !== null && !contest.districts.has(district)) continue
    const blankHere = row[at++]
    const votes = row.slice(at, at + contest.options.length)
    at += contest.options.length
    const given = votes.reduce((sum, count) => sum + count, 0)
    if (blankHere === undefined || blankHere < blank || given > (ballots - blankHere) * contest.votes)
      return false
  }
  return at === row.length
}
