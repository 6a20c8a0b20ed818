/**
 * The rules for a voter roll's columns and rows. Columns are recognised by headings that offices
 * use, or chosen by option. A district is given by its id or its name. No message repeats an id or
 * a name, because messages are kept in log files.
 */
import { isPersonalId, MAX_PERSONAL_ID } from '../../core/election/credential.ts'
import type { Election } from '../../core/election/definition.ts'
import { wordingsOf } from '../../core/election/text.ts'
import {
  type ChosenColumns,
  type RollColumns,
  type RollField,
  rollColumns,
} from '../../core/roll/headings.ts'
import { damageOf } from '../../core/spreadsheet-ids.ts'
import { BadInput, type ProblemList } from './bad-input.ts'
import { type CsvRecord, HEADER_WITHIN } from './csv-file.ts'
import type { Encoding } from './legacy-encoding.ts'
import type { TableForm } from './table-file.ts'
import { plural, quoted, someOf } from './words.ts'

/** What the organiser specifies about a roll. */
export interface RollForm {
  /** Headings by field, in addition to the known ones. */
  readonly columns?: ChosenColumns | undefined
  readonly encoding?: Encoding | undefined
  /** The sheet of a workbook. */
  readonly sheet?: string | undefined
  /**
   * Whether ids that look alike belong to different voters; if left out, they are refused as one
   * person's.
   */
  readonly lookAlikes?: 'allowed' | undefined
}

export interface RollVoter {
  /** In Unicode NFC. */
  readonly personalId: string
  /** Index into the election's districts. */
  readonly district: number
}

/** A person to whom a letter is addressed. */
export interface RollPerson extends RollVoter {
  /** The texts below are empty if the roll has none. */
  readonly name: string
  readonly email: string
  /** A BCP 47 tag, as written in the roll. */
  readonly language: string
  readonly address: PostalAddress
}

export interface PostalAddress {
  /** The street and the lines above it, one line each. */
  readonly lines: readonly string[]
  readonly postalCode: string
  readonly city: string
  readonly region: string
  readonly country: string
}

export interface RollRules {
  /** Oddities of the columns, a sentence each. */
  readonly warnings: readonly string[]
  /** Returns the voter on a line; or reports what is wrong with it and returns undefined. */
  readonly voter: (record: CsvRecord, problems: ProblemList) => RollVoter | undefined
  /** The text of a field; empty if there is no such column. */
  readonly text: (record: CsvRecord, field: RollField) => string
}

const DELIMITERS = [',', ';', '\t', '|']

/** How to recognise a roll's table. */
export function rollTable({ columns, encoding, sheet }: RollForm = {}): TableForm {
  return { delimiters: DELIMITERS, isHeader: (fields) => hasIds(fields, columns), encoding, sheet }
}

function hasIds(fields: readonly string[], columns?: ChosenColumns): boolean {
  const { at, doubtful } = rollColumns(fields, columns)
  return at.personal_id !== undefined || doubtful.some(({ field }) => field === 'personal_id')
}

/**
 * Finds the header among the first records; a title may precede it.
 * @returns undefined while the header may still follow
 * @throws {BadInput} if the columns cannot belong to a roll of this election
 */
export function headerFinder(
  election: Election,
  path: string,
  form: RollForm = {},
): (record: CsvRecord) => RollRules | undefined {
  let above = 0
  let first: CsvRecord | undefined
  return (record) => {
    first ??= record
    const isTitle = record.fields.filter((field) => field.trim() !== '').length === 1
    if (!hasIds(record.fields, form.columns)) {
      if (isTitle && ++above < HEADER_WITHIN) return undefined
      return rollRules(isTitle ? first : record, election, path, form, 0)
    }
    return rollRules(record, election, path, form, above)
  }
}

function rollRules(
  header: CsvRecord,
  election: Election,
  path: string,
  form: RollForm,
  above: number,
): RollRules {
  const columns = rollColumns(header.fields, form.columns)
  refuseColumns(columns, header, election, path)
  const { at } = columns
  const width = header.fields.length
  const idAt = at.personal_id!
  const districtAt = at.district ?? -1
  const districtOf = districtFinder(election)

  const voter = ({ fields, line }: CsvRecord, problems: ProblemList): RollVoter | undefined => {
    if (fields.length !== width && !isFilledUp(fields, width)) {
      problems.add(
        line,
        `has ${fields.length} ${plural('field', fields.length)}, but the header has ${width}`,
      )
      return undefined
    }
    const id = fields[idAt]!
    const wrong = idTrouble(id)
    if (wrong !== undefined) problems.add(line, wrong)
    const district = districtOf(districtAt < 0 ? '' : fields[districtAt]!)
    if (typeof district === 'string') problems.add(line, district)
    if (wrong !== undefined || typeof district === 'string') return undefined
    return { personalId: id.normalize('NFC'), district }
  }
  return {
    voter,
    warnings: columnNotes(columns, header.fields, above),
    text: ({ fields }, field) => (at[field] === undefined ? '' : (fields[at[field]] ?? '').trim()),
  }
}

/**
 * Whether a row has the header's width plus empty cells, which spreadsheets and programs leave at
 * the end.
 */
function isFilledUp(fields: readonly string[], width: number): boolean {
  return fields.length > width && fields.slice(width).every((field) => field.trim() === '')
}

function refuseColumns(
  { at, doubtful, missing }: RollColumns,
  { fields, line }: CsvRecord,
  election: Election,
  path: string,
): void {
  const refuse = (message: string): never => {
    throw new BadInput(path, [{ line, message }])
  }
  if (fields.some((field) => field.includes('\r')))
    refuse('lines end in the old Macintosh way: save the file again with Windows or Unix line ends')
  const [field] = missing
  if (field !== undefined)
    refuse(`the header has no column that --column ${field} names; it has ${someOf(fields)}`)
  const [double] = doubtful
  if (double !== undefined) {
    const names = double.columns.map((column) => fields[column]!.trim())
    const same = new Set(names.map((name) => name.toLowerCase())).size === 1
    refuse(
      same
        ? `the header has two columns ${names[0]!.toLowerCase()}`
        : `${double.field} may be ${someOf(names)}: say which, as in --column ${double.field}="${names[0]}"`,
    )
  }
  if (at.personal_id === undefined) {
    const first = fields.find((name) => name.trim() !== '')?.trim()
    const column = first?.slice(0, 40).replaceAll(/[^\p{L}\p{N} ._-]/gu, '') ?? 'Voter ID'
    refuse(
      `the header has no column personal_id; it has ${someOf(fields)}. ` +
        `Say which it is, as in --column personal_id="${column}"`,
    )
  }
  if (election.districts.length > 1 && at.district === undefined)
    refuse('the header has no column district, which an election with several districts needs')
}

function columnNotes({ at }: RollColumns, header: readonly string[], above: number): string[] {
  const renamed: string[] = []
  const used = new Set<number>()
  for (const [field, column] of Object.entries(at)) {
    used.add(column)
    const heading = header[column]!.trim()
    if (heading.toLowerCase() !== field) renamed.push(`${field} from ${quoted(heading)}`)
  }
  const unused = header.flatMap((name, i) => (used.has(i) || name.trim() === '' ? [] : [name.trim()]))
  return [
    ...(above > 0 ? [`skipped: ${above} ${plural('line', above)} above the header`] : []),
    ...(renamed.length > 0 ? [`columns are read by their headings: ${renamed.join(', ')}`] : []),
    ...(unused.length > 0
      ? [`${plural('column', unused.length)} ${someOf(unused)}: not part of a voter roll, ignored`]
      : []),
  ]
}

/** Returns a district's index by its id or name, or a message about the unknown word. */
function districtFinder({ districts }: Election): (word: string) => number | string {
  const byId = new Map(districts.map(({ id }, index) => [id, index]))
  const byName = new Map<string, number | null>()
  for (const [index, district] of districts.entries())
    for (const name of new Set([district.id, ...namesOf(district)].map(foldName)))
      byName.set(name, byName.has(name) && byName.get(name) !== index ? null : index)
  const only = districts.length === 1
  const names = someOf(districts.map(({ id }) => id))
  return (word) => {
    const index = byId.get(word)
    if (index !== undefined) return index
    const folded = foldName(word)
    if (folded === '') return only ? 0 : 'district is empty'
    const named = byName.get(folded)
    if (named === null) return `district ${quoted(word)} is the name of more than one district: write its id`
    return named ?? `district ${quoted(word)} is not in the election, which has ${names}`
  }
}

/** The names of a district in every language. */
function namesOf({ names }: Election['districts'][number]): readonly string[] {
  return wordingsOf(names)
}

function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{Cf}]+/gu, ' ')
    .trim()
}

/** The problem with an id, or undefined. */
function idTrouble(id: string): string | undefined {
  if (isPersonalId(id))
    return damageOf(id) === 'error'
      ? 'personal_id is an error value of a spreadsheet: correct the formula, and save the values'
      : undefined
  if (id.trim() === '') return 'personal_id is empty'
  if (id !== id.trim()) return 'personal_id has a space before or after it'
  if (id.length > MAX_PERSONAL_ID) return `personal_id is longer than ${MAX_PERSONAL_ID} characters`
  return 'personal_id contains a line break, a tab or another control character'
}
