/**
 * A tally kept from counts told in absolute numbers, in any order and any number of times; a count
 * never goes down.
 */
import type { Election } from '../election/definition.ts'
import { isMarks, type MarksCount, WHOLE_BALLOT } from './marks-count.ts'
import { type PluralityTally, pluralityTally } from './plurality.ts'

export interface PublishedCounts {
  readonly tally: PluralityTally
  /**
   * Takes a count. @returns false where it does not fit the election: it was not told by the engine
   */
  readonly tell: (count: MarksCount) => boolean
}

export function publishedCounts(election: Election): PublishedCounts {
  const tally = pluralityTally(election)
  const districtOf = new Map(election.districts.map(({ id }, d) => [id, d]))
  const published = new Map<string, number>()

  const fits = (
    district: number | undefined,
    contest: number,
    marks: readonly number[],
  ): district is number => {
    if (district === undefined) return false
    if (contest === WHOLE_BALLOT) return marks.length === 0 || (marks.length === 1 && marks[0] === 1)
    const defined = election.contests[contest]
    return (
      defined !== undefined &&
      marks.length <= defined.votes &&
      marks.every((mark) => mark < defined.options.length)
    )
  }

  return {
    tally,
    tell: ({ district: id, contest, marks: text, ballots }) => {
      const marks: unknown = JSON.parse(text)
      const district = districtOf.get(id)
      if (!isMarks(marks) || !fits(district, contest, marks)) return false
      const key = `${district}|${contest}|${text}`
      const more = ballots - (published.get(key) ?? 0)
      if (more <= 0) return true
      published.set(key, ballots)
      if (contest === WHOLE_BALLOT) tally.foldWhole(district, marks.length === 0, more)
      else tally.foldMarks(district, contest, marks, more)
      return true
    },
  }
}
