/**
 * The result as CSV (RFC 4180), one line per contest × district × option, with blank ballots as an
 * option. The votes of a withheld district are the word `withheld`, which no sum treats as a
 * number. Votes of withheld districts that are counted nevertheless are summed per contest under
 * `(pooled)`. So each counted vote is in exactly one line, besides the lines of `(total)` with
 * which each contest begins and which also have the outcome. The file is for spreadsheets: it
 * begins with a byte order mark, and csv-field.ts prevents that a name is executed as a formula.
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

/** The state of the count, keys issued per district, and recorded lots. */
export interface CsvMade {
  readonly phase: Phase
  readonly eligible: ArrayLike<number>
  readonly lots: Lots
}

/**
 * Writes the CSV file. Blank and undervoted votes are in the lines `(blank)` and `(undervotes)`.
 * @param language the language tag of names and words; the election's first language if left out
 * @returns the lines with their line ends
 */
export function* resultCsv(
  election: Election,
  result: ShownResult,
  made: CsvMade,
  language?: string,
): Generator<string> {
  const reader = resultReader(election, language)
  const { inLanguage, file } = reader
  yield `${BYTE_ORDER_MARK}${HEADER}\r\n`
  const districtName = new Map(
    election.districts.map((district) => [district.id, inLanguage(district.names)]),
  )
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

/** Writes the lines of one district; `counts` is null if they are withheld. */
type LinesOf = (
  id: string,
  name: string,
  counts: Counts | null,
  /** The outcome of each option; left out for the lines of a district. */
  results?: readonly string[],
) => string[]

/**
 * The common parts of a contest's lines are built once, because a large election has 100,000 lines.
 */
function linesIn(contest: Contest, { inLanguage, file }: ResultReader): LinesOf {
  const start = fields([contest.id, inLanguage(contest.titles)])
  const options = contest.options.map(({ id, names }) => fields([id, inLanguage(names)]))
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

/** The word for the outcome of each option; empty if the option has no outcome. */
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

/** The votes that are in the totals and in no district's line. */
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
