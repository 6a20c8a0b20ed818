/**
 * The result as CSV (RFC 4180), one line per contest × district × option, blanks as an option of their own. Where a
 * district is withheld its votes say so, in a word that no sum takes for a number; those that are counted all the same
 * stand under `(pooled)`, all such districts of the contest together. So every vote of the totals is in one line.
 * The file is for spreadsheets: it begins with a byte order mark, and no name in it is run as a formula (csv-field.ts).
 */
import { BYTE_ORDER_MARK, csvCell } from '../csv-field.ts'
import type { Contest, Election } from '../election/definition.ts'
import { isWithheld, type ShownContest, type ShownResult } from './shown.ts'

const WITHHELD = 'withheld'
const HEADER = 'contest_id,contest,district_id,district,option_id,option,votes'

/** Lines of the file, each with its line end. Blank and undervoted votes stand under `(blank)` and `(undervotes)`. */
export function* resultCsv(election: Election, result: ShownResult): Generator<string> {
  yield `${BYTE_ORDER_MARK}${HEADER}\r\n`
  const districtName = new Map(election.districts.map((district) => [district.id, district.name]))
  for (const [i, contest] of result.contests.entries()) {
    const defined = election.contests[i]!
    for (const district of contest.districts)
      yield* linesOf(
        defined,
        district.id,
        districtName.get(district.id)!,
        isWithheld(district) ? null : district,
      )
    const pooled = pooledOf(contest)
    if (pooled.ballots > 0) yield* linesOf(defined, '(pooled)', 'Districts counted together', pooled)
  }
}

interface Counts {
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly votes: readonly number[]
}

/** @param counts null where they are withheld */
function* linesOf(contest: Contest, id: string, name: string, counts: Counts | null): Generator<string> {
  const start = [contest.id, contest.title, id, name]
  for (const [j, option] of contest.options.entries())
    yield line([...start, option.id, option.name, String(counts?.votes[j] ?? WITHHELD)])
  yield line([...start, '(blank)', 'Blank ballots', String(counts?.blank ?? WITHHELD)])
  if (contest.votes > 1)
    yield line([...start, '(undervotes)', 'Votes not used', String(counts?.undervotes ?? WITHHELD)])
}

/** What is in the totals and in no district's row. */
function pooledOf(contest: ShownContest): Counts {
  const told = contest.districts.flatMap((district) => (isWithheld(district) ? [] : [district]))
  const rest = (total: number, of: (district: Counts) => number) =>
    told.reduce((left, district) => left - of(district), total)
  return {
    ballots: rest(contest.ballots, ({ ballots }) => ballots),
    blank: rest(contest.blank, ({ blank }) => blank),
    undervotes: rest(contest.undervotes, ({ undervotes }) => undervotes),
    votes: contest.options.map((option, j) => rest(option.votes, ({ votes }) => votes[j]!)),
  }
}

function line(fields: readonly string[]): string {
  return `${fields.map(csvCell).join(',')}\r\n`
}
