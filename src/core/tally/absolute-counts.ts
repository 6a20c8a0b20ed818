/**
 * A tally of absolute counts of stored ballots, also those that are held back and not to be shown.
 * They arrive in any order, any number of times; a count never decreases.
 */
import type { Election } from '../election/definition.ts'
import { isMarks, type MarksCount, WHOLE_BALLOT } from './marks-count.ts'
import { type PluralityTally, pluralityTally } from './plurality.ts'

export interface AbsoluteCounts {
  readonly tally: PluralityTally
  /**
   * Adds a count.
   * @returns false if it does not fit the election, so that it cannot come from the engine
   */
  readonly tell: (count: MarksCount) => boolean
}

/** Creates an empty tally of absolute counts (docs/protocol.md, "Aggregated votes"). */
export function absoluteCounts(election: Election): AbsoluteCounts {
  const tally = pluralityTally(election)
  const districtOf = new Map(election.districts.map(({ id }, d) => [id, d]))
  const known = new Map<string, number>()

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
      const more = ballots - (known.get(key) ?? 0)
      if (more <= 0) return true
      known.set(key, ballots)
      if (contest === WHOLE_BALLOT) tally.foldWhole(district, marks.length === 0, more)
      else tally.foldMarks(district, contest, marks, more)
      return true
    },
  }
}
