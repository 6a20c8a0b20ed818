/**
 * What a ballot says, and whether it may say it.
 *
 * Choices are canonical text, one list of option indexes per contest of the election in definition
 * order, each list ascending: `[[2]]`, `[[],[0,3]]`. Equal ballots have equal text, so the text can
 * be stored, hashed and counted.
 */
import type { Contest, Election } from './definition.ts'
import { folded } from './look-alike.ts'
import type { RefusalCode } from './refusal.ts'
import { wordingsOf } from './text.ts'

declare const brand: unique symbol
/** Canonical choices text; see the file comment. */
export type Choices = string & { readonly [brand]: 'Choices' }

/**
 * Choices, with the districts whose ballot style carries every contest they mark (`null`: every
 * district).
 */
export interface MarkedBallot {
  readonly choices: Choices
  readonly districts: ReadonlySet<number> | null
}

/**
 * Whether the ballot style of a district, given by its index, carries every contest that the ballot
 * marks.
 */
export function isCarriedBy({ districts }: MarkedBallot, district: number): boolean {
  return districts === null || districts.has(district)
}

/**
 * Options chosen per contest id, by option id or by name in any language. A contest left out is
 * left blank.
 */
export type Selections = Readonly<Record<string, readonly string[]>>

export interface BallotRules {
  /** The short form of an election with one contest: its one option, by id or name. */
  readonly markOne: (candidate: string) => MarkedBallot | RefusalCode
  readonly mark: (selections: Selections) => MarkedBallot | RefusalCode
}

/**
 * Compiles an election into look-ups, so that marking a ballot costs one map access on the short
 * form.
 */
export function ballotRules(election: Election): BallotRules {
  const optionIndex = election.contests.map(optionsByWord)
  const contestIndex = new Map(election.contests.map((contest, i) => [contest.id, i]))
  const only = election.contests.length === 1 ? election.contests[0]! : undefined
  const short = new Map<string, MarkedBallot>()
  if (only) {
    for (const [word, option] of optionIndex[0]!.exact)
      short.set(word, { choices: formatChoices([[option]]), districts: only.districts })
  }

  const markOne = (candidate: string): MarkedBallot | RefusalCode => {
    if (only === undefined) return 'several-contests'
    const found = short.get(candidate)
    if (found !== undefined && only.min === 1) return found
    return mark({ [only.id]: [candidate] })
  }

  const mark = (selections: Selections): MarkedBallot | RefusalCode => {
    const marked: number[][] = election.contests.map(() => [])
    let districts: ReadonlySet<number> | null = null
    for (const [contestId, words] of Object.entries(selections)) {
      const at = contestIndex.get(contestId)
      if (at === undefined) return 'unknown-contest'
      const contest = election.contests[at]!
      const options = new Set<number>()
      for (const word of words) {
        const option = optionOf(optionIndex[at]!, word)
        if (option === undefined) return 'unknown-candidate'
        // One option twice is more votes for it than a contest of this kind can give.
        if (options.has(option)) return 'overvote'
        options.add(option)
      }
      const wrong = trouble(contest, options)
      if (wrong !== undefined) return wrong
      if (contest.districts)
        districts = districts ? districts.intersection(contest.districts) : contest.districts
      marked[at] = [...options].sort((a, b) => a - b)
    }
    return { choices: formatChoices(marked), districts }
  }

  return { markOne, mark }
}

interface OptionWords {
  readonly exact: ReadonlyMap<string, number>
  /**
   * As one reads them; null where two options read the same, as they may in elections of an older
   * version.
   */
  readonly read: ReadonlyMap<string, number | null>
}

function optionsByWord({ options }: Contest): OptionWords {
  const exact = new Map<string, number>()
  const read = new Map<string, number | null>()
  for (const [i, { id, names }] of options.entries())
    for (const word of [id, ...wordingsOf(names)]) {
      exact.set(word, i)
      const look = folded(word)
      read.set(look, !read.has(look) || read.get(look) === i ? i : null)
    }
  return { exact, read }
}

/**
 * Exactly first, which costs one look-up; then in any normalisation, with any capitals and spaces.
 */
function optionOf({ exact, read }: OptionWords, word: string): number | undefined {
  return exact.get(word) ?? read.get(folded(word)) ?? undefined
}

/**
 * What the rules of a contest have against marks of it. A contest left blank is always one's right.
 */
function trouble(contest: Contest, marked: ReadonlySet<number>): 'overvote' | 'undervote' | undefined {
  if (marked.size > contest.votes) return 'overvote'
  if (marked.size === 0) return undefined
  const hasNone = contest.options.some(({ noneOfThese }, i) => noneOfThese && marked.has(i))
  if (hasNone) return marked.size > 1 ? 'overvote' : undefined
  return marked.size < contest.min ? 'undervote' : undefined
}

export function formatChoices(marked: readonly (readonly number[])[]): Choices {
  return JSON.stringify(marked) as Choices
}

/**
 * Reads choices text back.
 * @throws TypeError where the text is not canonical or names an option the election does not have:
 *   a stored ballot that does so was not written by us.
 */
export function parseChoices(text: string, election: Election): readonly (readonly number[])[] {
  const marked: unknown = parseJson(text)
  const sound =
    Array.isArray(marked) &&
    marked.length === election.contests.length &&
    election.contests.every((contest, i) => {
      const options: unknown = marked[i]
      return (
        Array.isArray(options) &&
        trouble(contest, new Set(options)) === undefined &&
        options.every(
          (option, j) =>
            Number.isInteger(option) &&
            option >= 0 &&
            option < contest.options.length &&
            (j === 0 || option > options[j - 1]),
        )
      )
    })
  if (!sound || JSON.stringify(marked) !== text)
    throw new TypeError('a stored ballot’s choices do not fit the election')
  return marked as number[][]
}

/** Distinct texts a reader remembers in parsed form; past this the memory starts anew. */
const PARSED_LIMIT = 10_000

/**
 * {@link parseChoices} for many ballots: most say what others said before, and are parsed once.
 * Throws as it does.
 */
export function choicesReader(election: Election): (choices: Choices) => readonly (readonly number[])[] {
  const parsed = new Map<string, readonly (readonly number[])[]>()
  return (choices) => {
    let marks = parsed.get(choices)
    if (marks === undefined) {
      marks = parseChoices(choices, election)
      if (parsed.size >= PARSED_LIMIT) parsed.clear()
      parsed.set(choices, marks)
    }
    return marks
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
