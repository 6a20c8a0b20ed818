/**
 * The result as CSV (RFC 4180), one line per contest × district × option, blanks as an option of
 * their own. Where a district is withheld its votes say so, in a word that no sum takes for a
 * number; those that are counted all the same stand under `(pooled)`, all such districts of the
 * contest together. So every vote of the totals is in one line besides those of `(total)`, with
 * which each contest begins: they say what it comes to as well. The file is for spreadsheets: it
 * begins with a byte order mark, and no name in it is run as a formula (csv-field.ts).
 */
import { BYTE_ORDER_MARK, csvCell } from '../csv-field.ts'
import type { Contest, Election } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import { type Lots, outcomeIn } from './contest-outcome.ts'
import { type ResultReader, resultReader } from './result-reader.ts'
import { isWithheld, type ShownContest, type ShownResult } from './shown.ts'
import type { FileWords } from './words/file-words.ts'

const WITHHELD = 'withheld'
const HEADER = 'contest_id,contest,district_id,district,option_id,option,votes,share,result'

/** Where the count stands, keys issued per district, and what lots have chosen. */
export interface CsvMade {
  readonly phase: Phase
  readonly eligible: ArrayLike<number>
  readonly lots: Lots
}

/**
 * Lines of the file, each with its line end. Blank and undervoted votes stand under `(blank)` and
 * `(undervotes)`.
 * @param language the tag of the language that names and words are in; the election's first if left
 *   out
 */
export function* resultCsv(
  election: Election,
  result: ShownResult,
  made: CsvMade,
  language?: string,
): Generator<string> {
  const reader = resultReader(election, language)
  const { inLanguage: published, file } = reader
  yield `${BYTE_ORDER_MARK}${HEADER}\r\n`
  const districtName = new Map(election.districts.map((district) => [district.id, published(district.names)]))
  for (const [i, contest] of result.contests.entries()) {
    const defined = election.contests[i]!
    const linesOf = linesIn(defined, reader)
    const whole = { ...contest, votes: contest.options.map(({ votes }) => votes) }
    yield* linesOf('(total)', file.allDistricts, whole, resultsIn(defined, contest, result.held, made, file))
    for (const district of contest.districts)
      yield* linesOf(district.id, districtName.get(district.id)!, isWithheld(district) ? null : district)
    const pooled = pooledOf(contest)
    if (pooled.ballots > 0) yield* linesOf('(pooled)', file.together, pooled)
  }
}

interface Counts {
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  readonly votes: readonly number[]
}

/** Lines of one district; `counts` is null where they are withheld. */
type LinesOf = (
  id: string,
  name: string,
  counts: Counts | null,
  /** What becomes of each option; nothing in the lines of a district. */
  results?: readonly string[],
) => string[]

/**
 * What a contest's lines have in common is written once: a large election has a hundred thousand of
 * them.
 */
function linesIn(contest: Contest, { inLanguage: published, file }: ResultReader): LinesOf {
  const start = fields([contest.id, published(contest.titles)])
  const options = contest.options.map(({ id, names }) => fields([id, published(names)]))
  return (id, name, counts, results) => {
    const district = `${start},${fields([id, name])}`
    const line = (option: string, votes: number | undefined, more = ',') =>
      `${district},${option},${votes ?? WITHHELD},${more}\r\n`
    const given = counts === null ? 0 : counts.votes.reduce((sum, votes) => sum + votes, 0)
    const whole = contest.shareOf === 'ballots' ? (counts?.ballots ?? 0) : given
    const share = (votes: number | undefined) =>
      votes === undefined || whole === 0 ? '' : `${((100 * votes) / whole).toFixed(2)}%`
    const lines = options.map((option, j) => {
      const votes = counts?.votes[j]
      return line(option, votes, `${share(votes)},${results?.[j] ?? ''}`)
    })
    lines.push(line(fields(['(blank)', file.blankBallots]), counts?.blank))
    if (contest.votes > 1) lines.push(line(fields(['(undervotes)', file.votesNotUsed]), counts?.undervotes))
    return lines
  }
}

/** A word per option; empty for those that have nothing of it. */
function resultsIn(
  contest: Contest,
  counted: ShownContest,
  held: number,
  made: CsvMade,
  words: FileWords,
): string[] {
  const { standing, elected, byLot, tied, final } = outcomeIn(contest, counted, { ...made, held })
  return contest.options.map((_, j) => {
    if (standing === 'quorum-missed') return final && j === 0 ? words.quorumMissed : ''
    if (standing === 'passed' || standing === 'rejected') return final && j === 0 ? words[standing] : ''
    if (byLot.includes(j)) return words.electedByLot
    if (elected.includes(j)) return final ? words.elected : words.leads
    return tied.includes(j) ? words.tied : ''
  })
}

/** What is in the totals and in no district's row. */
function pooledOf(contest: ShownContest): Counts {
  const published = contest.districts.flatMap((district) => (isWithheld(district) ? [] : [district]))
  const rest = (total: number, of: (district: Counts) => number) =>
    published.reduce((left, district) => left - of(district), total)
  return {
    ballots: rest(contest.ballots, ({ ballots }) => ballots),
    blank: rest(contest.blank, ({ blank }) => blank),
    undervotes: rest(contest.undervotes, ({ undervotes }) => undervotes),
    votes: contest.options.map((option, j) => rest(option.votes, ({ votes }) => votes[j]!)),
  }
}

function fields(texts: readonly string[]): string {
  return texts.map(csvCell).join(',')
}
