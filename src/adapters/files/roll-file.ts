/**
 * The voter roll, a CSV file: `personal_id`, and optionally `name`, `district`, `email`, in any order.
 *
 * All of it is checked before anything is made of it, then read a second time: at ten million voters neither the
 * file nor the ids are ever held. No message repeats an id or a name, for messages end up in logs.
 */
import { isPersonalId, MAX_PERSONAL_ID } from '../../core/election/credential.ts'
import type { Election } from '../../core/election/definition.ts'
import { BadInput, type ProblemList, problemList } from './bad-input.ts'
import { type CsvRecord, columnName, csvRecords, refuseEmpty } from './csv-file.ts'
import { type InputFile, openInput, type ReadProgress, refuseAsChanged, refuseChanged } from './input-file.ts'
import { type IdHash, seenIds } from './seen-ids.ts'

const KNOWN = ['personal_id', 'name', 'district', 'email']
const DELIMITERS = [',', ';', '\t']
/** Lines whose ids are compared in a second look; where there are more, the rest is counted. */
const MAX_SUSPECTS = 10_000
const NAMED = 5

export interface CheckedRoll {
  readonly path: string
  readonly voters: number
  /** Voters by district index. */
  readonly perDistrict: Float64Array
  /** What is odd about the roll and no reason to refuse it. */
  readonly warnings: readonly string[]
  /** The state of the file that was checked. */
  readonly stamp: string
}

export interface RollVoter {
  /** In Unicode NFC. */
  readonly personalId: string
  /** Index into the election's districts. */
  readonly district: number
}

/**
 * Reads the whole roll and keeps nothing but counts.
 * @param hash for tests: of ids with equal hashes, only those that are equal may be refused
 * @throws {BadInput} with every problem, by line
 */
export async function checkRoll(
  path: string,
  election: Election,
  onProgress?: ReadProgress,
  hash?: IdHash,
): Promise<CheckedRoll> {
  const input = await openInput(path)
  try {
    const problems = problemList(path)
    const perDistrict = new Float64Array(election.districts.length)
    const seen = seenIds(hash)
    const suspects: Suspect[] = []
    let suspected = 0
    let voters = 0
    let rules: RollRules | undefined
    for await (const batch of csvRecords(input, { ...ROLL_FORM, problems, onProgress })) {
      for (const record of batch) {
        if (rules === undefined) {
          rules = rollRules(record, election, path)
          continue
        }
        const voter = rules.voter(record, problems)
        if (voter === undefined) continue
        const first = seen.put(voter.personalId, record.line)
        if (first !== 0) {
          suspected++
          if (suspects.length < MAX_SUSPECTS)
            suspects.push({ id: detached(voter.personalId), line: record.line, first })
          continue
        }
        voters++
        perDistrict[voter.district]!++
      }
    }
    if (rules === undefined) {
      problems.refuseIfAny()
      refuseEmpty(path, 'personal_id, name, district, email')
    }
    const innocent = suspected === 0 ? [] : await refuseRepeated(input, suspects, suspected, rules, problems)
    problems.refuseIfAny()
    for (const district of innocent) {
      voters++
      perDistrict[district]!++
    }
    if (voters === 0) throw new BadInput(path, [{ message: 'names no voter: there is only a header' }])
    await refuseChanged(path, input.stamp)
    return {
      path,
      voters,
      perDistrict,
      warnings: rules.warnings,
      stamp: input.stamp,
    }
  } finally {
    await input.handle.close()
  }
}

/**
 * Reads a checked roll again, a few thousand voters at a time, in the order of the file.
 * @throws {BadInput} where the file is no longer the one that was checked, at the latest after the last batch
 */
export async function* readRoll(
  roll: CheckedRoll,
  election: Election,
  onProgress?: ReadProgress,
): AsyncGenerator<readonly RollVoter[]> {
  const { path, stamp } = roll
  const input = await openInput(path)
  try {
    if (input.stamp !== stamp) refuseAsChanged(path)
    const problems = problemList(path)
    let rules: RollRules | undefined
    let voters = 0
    for await (const batch of csvRecords(input, { ...ROLL_FORM, problems, onProgress })) {
      const read: RollVoter[] = []
      for (const record of batch) {
        if (rules === undefined) {
          rules = rollRules(record, election, path)
          continue
        }
        const voter = rules.voter(record, problems)
        if (voter !== undefined) read.push(voter)
      }
      problems.refuseIfAny()
      voters += read.length
      if (read.length > 0) yield read
    }
    await refuseChanged(path, stamp)
    if (voters !== roll.voters) refuseAsChanged(path)
  } finally {
    await input.handle.close()
  }
}

/** How a roll's columns are told apart. */
export const ROLL_FORM = { delimiters: DELIMITERS, column: 'personal_id' }

interface RollRules {
  readonly warnings: readonly string[]
  /** The voter on a line, or undefined after telling what is wrong with it. */
  readonly voter: (record: CsvRecord, problems: ProblemList) => RollVoter | undefined
}

/** @throws {BadInput} where the columns cannot be a roll of this election */
function rollRules(header: CsvRecord, election: Election, path: string): RollRules {
  const columns = header.fields.map(columnName)
  refuseColumns(columns, election, path, header.line)
  const width = columns.length
  const idAt = columns.indexOf('personal_id')
  const districtAt = columns.indexOf('district')
  const districts = new Map(election.districts.map(({ id }, index) => [id, index]))
  const only = election.districts.length === 1
  const names = someOf(election.districts.map(({ id }) => id))

  const voter = ({ fields, line }: CsvRecord, problems: ProblemList): RollVoter | undefined => {
    if (fields.length !== width) {
      problems.add(
        line,
        `has ${fields.length} ${plural('field', fields.length)}, but the header has ${width}`,
      )
      return undefined
    }
    const id = fields[idAt]!
    const wrong = isPersonalId(id) ? undefined : idTrouble(id)
    if (wrong !== undefined) problems.add(line, wrong)
    const name = districtAt < 0 ? '' : fields[districtAt]!
    const district = name === '' && only ? 0 : districts.get(name)
    if (district === undefined) {
      problems.add(
        line,
        name === ''
          ? 'district is empty'
          : `district ${quoted(name)} is not in the election, which has ${names}`,
      )
    }
    if (wrong !== undefined || district === undefined) return undefined
    return { personalId: id.normalize('NFC'), district }
  }

  const unused = columns.flatMap((column, i) => (KNOWN.includes(column) ? [] : [header.fields[i]!.trim()]))
  return {
    voter,
    warnings:
      unused.length === 0
        ? []
        : [`${plural('column', unused.length)} ${someOf(unused)}: not part of a voter roll, ignored`],
  }
}

function refuseColumns(columns: readonly string[], election: Election, path: string, line: number): void {
  const refuse = (message: string): never => {
    throw new BadInput(path, [{ line, message }])
  }
  if (columns.some((column) => column.includes('\r')))
    refuse('lines end in the old Macintosh way: save the file again with Windows or Unix line ends')
  if (!columns.includes('personal_id'))
    refuse(`the header has no column personal_id; it has ${someOf(columns)}`)
  for (const column of KNOWN) {
    if (columns.indexOf(column) !== columns.lastIndexOf(column))
      refuse(`the header has two columns ${column}`)
  }
  if (election.districts.length > 1 && !columns.includes('district'))
    refuse('the header has no column district, which an election of several districts needs')
}

function idTrouble(id: string): string {
  if (id.trim() === '') return 'personal_id is empty'
  if (id !== id.trim()) return 'personal_id has a space before or after it'
  if (id.length > MAX_PERSONAL_ID) return `personal_id is longer than ${MAX_PERSONAL_ID} characters`
  return 'personal_id holds a line break, a tab or another control character'
}

interface Suspect {
  readonly id: string
  readonly line: number
  /** The line of the first id with the same hash. */
  readonly first: number
}

/**
 * Fetches the ids that the suspects may repeat, and lists those that really do.
 * @returns the districts of voters whose ids only share a hash with another's
 */
async function refuseRepeated(
  input: InputFile,
  suspects: readonly Suspect[],
  suspected: number,
  rules: RollRules,
  problems: ProblemList,
): Promise<number[]> {
  const wanted = new Set<number>()
  for (const { line, first } of suspects) wanted.add(line).add(first)
  const voters = new Map<number, RollVoter>()
  let header = true
  const ignored = problemList(input.path)
  for await (const batch of csvRecords(input, { ...ROLL_FORM, problems: ignored })) {
    for (const record of batch) {
      if (header) header = false
      else if (wanted.has(record.line)) {
        const voter = rules.voter(record, ignored)
        if (voter !== undefined) voters.set(record.line, { ...voter, personalId: detached(voter.personalId) })
      }
    }
    if (voters.size === wanted.size) break
  }

  if (voters.size !== wanted.size) refuseAsChanged(input.path)
  const firstLineOf = new Map<string, number>()
  for (const { first } of suspects) firstLineOf.set(voters.get(first)!.personalId, first)
  const innocent: number[] = []
  let repeated = 0
  for (const { id, line } of suspects) {
    const first = firstLineOf.get(id)
    if (first === undefined) {
      firstLineOf.set(id, line)
      innocent.push(voters.get(line)!.district)
    } else {
      repeated++
      problems.add(line, `personal_id is the same as on line ${first}`)
    }
  }
  if (suspected > suspects.length) {
    // Ten thousand accidental pairs of 64 bits do not happen in a roll of any size.
    if (repeated === 0) throw new Error('the hash of personal ids does not tell them apart')
    problems.addUnlisted(suspected - suspects.length)
  }
  return innocent
}

/** A copy that does not keep the buffer alive which the text was cut from. */
function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

/** What is odd about the roll of a whole election, but not about one of late voters. */
export function emptyDistricts(election: Election, { perDistrict }: CheckedRoll): string[] {
  const empty = election.districts.filter((_, d) => perDistrict[d] === 0).map(({ id }) => id)
  return empty.length > 0 ? [`no voter in ${plural('district', empty.length)} ${someOf(empty)}`] : []
}

function someOf(words: readonly string[]): string {
  const named = words.slice(0, NAMED).map(quoted).join(', ')
  return words.length > NAMED ? `${named} and ${words.length - NAMED} more` : named
}

/** Quoted, cut short, and with nothing in it that a terminal would obey. */
function quoted(word: string): string {
  const short = word.length > 40 ? `${word.slice(0, 40)}…` : word
  return `“${short.replaceAll(/\p{Cc}/gu, '\ufffd')}”`
}

function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`
}
