/**
 * The rules of a definition that a schema cannot say: times in order, ids unique, references that
 * lead somewhere, every promised language there. They hold wherever a definition is read. What is
 * asked of new ones besides is in new-definition.ts. Pure.
 */
import { ALL_VOTERS, type ContestFile, type DefinitionFile, type OptionFile } from './definition.ts'
import { MAX_CELLS } from './definition-schema.ts'
import { textsOf } from './definition-texts.ts'
import { readInstant } from './instant.ts'
import { fractionOf } from './share.ts'
import { wordingsOf } from './text.ts'

/** One thing wrong with a definition: where (a JSON pointer, RFC 6901) and what. */
export interface DefinitionError {
  readonly pointer: string
  readonly message: string
}

/** What is there in great number is told one by one so far: a file can name millions. */
const MOST_ERRORS = 1_000

/** @param file one that fits the schema */
export function definitionErrors(file: DefinitionFile): DefinitionError[] {
  const errors = [...timeErrors(file), ...languageErrors(file)]
  const districts = new Set<string>()
  for (const [i, district] of (file.districts ?? []).entries()) {
    if (districts.has(district.id))
      errors.push({ pointer: `/districts/${i}/id`, message: `"${district.id}" is used twice` })
    districts.add(district.id)
  }
  if (file.districts === undefined) districts.add(ALL_VOTERS.id)

  const contests = new Set<string>()
  for (const [i, contest] of file.contests.entries()) {
    const at = `/contests/${i}`
    if (contests.has(contest.id))
      errors.push({ pointer: `${at}/id`, message: `"${contest.id}" is used twice` })
    contests.add(contest.id)
    for (const [j, district] of (contest.districts ?? []).entries()) {
      if (!districts.has(district) && errors.length < MOST_ERRORS)
        errors.push({ pointer: `${at}/districts/${j}`, message: `"${district}" is not one of the districts` })
    }
    errors.push(
      ...numberErrors(contest, at),
      ...shareErrors(contest, at),
      ...ambiguousOptions(contest.options, at),
    )
  }
  const options = file.contests.reduce((sum, contest) => sum + contest.options.length, 0)
  if (options * districts.size > MAX_CELLS)
    errors.push({ pointer: '/contests', message: `has more than ${MAX_CELLS} options × districts` })
  return errors
}

function timeErrors(file: DefinitionFile): DefinitionError[] {
  const errors: DefinitionError[] = []
  const read = (field: 'opens_at' | 'closes_at') => {
    const instant = readInstant(file[field])
    if (typeof instant !== 'string') return instant.ms
    errors.push({ pointer: `/${field}`, message: instant })
    return Number.NaN
  }
  const opens = read('opens_at')
  const closes = read('closes_at')
  if (closes <= opens) errors.push({ pointer: '/closes_at', message: 'must be later than opens_at' })
  return errors
}

/** A text by language has every language that `languages` promises, and no other. */
function languageErrors(file: DefinitionFile): DefinitionError[] {
  const errors: DefinitionError[] = []
  const promised = file.languages
  for (const [i, tag] of (promised ?? []).entries())
    if (promised!.indexOf(tag) < i)
      errors.push({ pointer: `/languages/${i}`, message: `"${tag}" is here twice` })
  for (const { pointer, text } of textsOf(file)) {
    if (typeof text === 'string') continue
    if (promised === undefined) {
      const tags = Object.keys(text).join(', ')
      const message = `has texts by language (${tags}): list in "languages" which of them are promised`
      return [...errors, { pointer, message }]
    }
    if (errors.length > MOST_ERRORS) break
    const missing = promised.filter((tag) => !Object.hasOwn(text, tag))
    if (missing.length > 0) errors.push({ pointer, message: `has no text in ${missing.join(', ')}` })
    for (const tag of Object.keys(text))
      if (!promised.includes(tag))
        errors.push({ pointer: `${pointer}/${tag}`, message: `is not one of the languages promised` })
  }
  return errors
}

/** Votes, seats, measure and none of these: what they say of the options. */
function numberErrors(contest: ContestFile, at: string): DefinitionError[] {
  const errors: DefinitionError[] = []
  const wrong = (field: string, message: string) => errors.push({ pointer: `${at}${field}`, message })
  const { options, votes = 1, min = 1, seats, measure = false } = contest
  const none = options.findIndex(isNone)
  const others = options.filter((option) => !isNone(option)).length
  if (votes > options.length) wrong('/votes', 'is more than there are options')
  else if (votes > Math.max(1, others))
    wrong('/votes', 'is more than there are options besides “none of these”')
  if (min > votes) wrong('/min', `is more than the votes each voter has (${votes})`)
  if (seats !== undefined && seats > others) wrong('/seats', 'is more than there are options to win them')
  if (none >= 0 && options.findLastIndex(isNone) !== none)
    wrong(`/options/${options.findLastIndex(isNone)}/none_of_these`, 'is true of another option too')
  if (others === 0) wrong('/options', 'has nothing to vote for but none of these')
  if (!measure) return errors
  if (others !== 2)
    wrong('/options', 'of a measure are two: the first for it, the second against it (and “none of these”)')
  else if (none === 0 || none === 1) wrong(`/options/${none}/none_of_these`, 'comes last in a measure')
  if (votes !== 1) wrong('/votes', 'of a measure is 1')
  if (seats !== undefined) wrong('/seats', 'has no meaning in a measure')
  return errors
}

const isNone = (option: OptionFile) => option.none_of_these === true

function shareErrors({ threshold, quorum }: ContestFile, at: string): DefinitionError[] {
  const errors: DefinitionError[] = []
  for (const [field, share] of [
    ['threshold', threshold],
    ['quorum', quorum],
  ] as const) {
    if (share === undefined) continue
    const pointer = `${at}/${field}`
    const { more_than: moreThan, at_least: atLeast } = share
    if ((moreThan === undefined) === (atLeast === undefined))
      errors.push({ pointer, message: 'must have one of more_than and at_least' })
    if (moreThan !== undefined && !isBelow(moreThan, 1))
      errors.push({
        pointer: `${pointer}/more_than`,
        message: 'must be less than 1: nothing is more than all',
      })
    if (typeof atLeast === 'string' && !isBelow(atLeast, 1) && !isOne(atLeast))
      errors.push({ pointer: `${pointer}/at_least`, message: 'must be at most 1: nothing is more than all' })
  }
  const { at_least, of, counting = 'ballots' } = quorum ?? {}
  const pointer = `${at}/quorum/of`
  if (typeof at_least === 'number' && of !== undefined)
    errors.push({ pointer, message: 'has no meaning beside a whole number' })
  else if (of === 'votes' || (of === 'ballots' && counting === 'ballots'))
    errors.push({
      pointer,
      message:
        'asks for a part of itself: a quorum is of "eligible", or with "counting": "marked" of "ballots"',
    })
  return errors
}

function isBelow(text: string, most: number): boolean {
  const { numerator, denominator } = fractionOf(text)
  return numerator < most * denominator
}

function isOne(text: string): boolean {
  const { numerator, denominator } = fractionOf(text)
  return numerator === denominator
}

/**
 * An option answers to its id and to its names; no two options of a contest may answer to the same
 * word, for `POST /vote` accepts a name for an option.
 */
function ambiguousOptions(options: readonly OptionFile[], at: string): DefinitionError[] {
  const errors: DefinitionError[] = []
  const owner = new Map<string, number>()
  for (const [j, option] of options.entries()) {
    const words = [['id', option.id], ...wordingsOf(option.name).map((name) => ['name', name])] as [
      string,
      string,
    ][]
    for (const [key, word] of words) {
      const other = owner.get(word)
      if (other !== undefined && other !== j)
        errors.push({ pointer: `${at}/options/${j}/${key}`, message: `"${word}" names another option too` })
      else owner.set(word, j)
    }
  }
  return errors
}
