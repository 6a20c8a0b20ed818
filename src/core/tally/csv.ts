/**
 * The result as CSV (RFC 4180), one line per contest × district × option, blanks as an option of their own. Where a
 * district is withheld its votes say so, in a word that no sum takes for a number.
 */
import { csvField } from '../csv-field.ts'
import type { Election } from '../election/definition.ts'
import { isWithheld, type ShownResult } from './shown.ts'

const WITHHELD = 'withheld'
const HEADER = 'contest_id,contest,district_id,district,option_id,option,votes'

/** Lines of the file, each with its line end. Blank and undervoted votes stand under `(blank)` and `(undervotes)`. */
export function* resultCsv(election: Election, result: ShownResult): Generator<string> {
  yield `${HEADER}\r\n`
  const districtName = new Map(election.districts.map((district) => [district.id, district.name]))
  for (const [i, contest] of result.contests.entries()) {
    const defined = election.contests[i]!
    for (const district of contest.districts) {
      const start = [contest.id, defined.title, district.id, districtName.get(district.id)!]
      const shown = isWithheld(district) ? null : district
      for (const [j, option] of defined.options.entries())
        yield line([...start, option.id, option.name, String(shown?.votes[j] ?? WITHHELD)])
      yield line([...start, '(blank)', 'Blank ballots', String(shown?.blank ?? WITHHELD)])
      if (defined.votes > 1)
        yield line([...start, '(undervotes)', 'Votes not used', String(shown?.undervotes ?? WITHHELD)])
    }
  }
}

function line(fields: readonly string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`
}
