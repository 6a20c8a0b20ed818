/**
 * The voter roll, a table: `personal_id`, and optionally `name`, `district`, `email`, a postal
 * address, in any order.
 *
 * All of it is checked before anything is made of it, then read a second time: at ten million
 * voters neither the file nor the ids are ever held. Memory is 12 bytes for each of two hashes a
 * voter (id, e-mail address), in tables at most three quarters and at least three eighths full:
 * some 50 MB at a million voters with addresses.
 */
import type { Election } from '../../core/election/definition.ts'
import { BadInput, type ProblemList, problemList } from './bad-input.ts'
import { type CsvRecord, refuseEmpty } from './csv-file.ts'
import { type ReadProgress, refuseAsChanged, refuseChanged } from './input-file.ts'
import { type RollOddities, rollOddities } from './roll-oddities.ts'
import { type RollRepeats, rollRepeats } from './roll-repeats.ts'
import {
  headerFinder,
  type PostalAddress,
  type RollForm,
  type RollPerson,
  type RollRules,
  type RollVoter,
  rollTable,
} from './roll-rules.ts'
import type { IdHash } from './seen-ids.ts'
import { openTable } from './table-file.ts'
import { plural, someOf } from './words.ts'

export interface CheckedRoll {
  readonly path: string
  readonly voters: number
  /** Voters by district index. */
  readonly perDistrict: Float64Array
  /** What is odd about the roll and no reason to refuse it. */
  readonly warnings: readonly string[]
  /** The state of the file that was checked. */
  readonly stamp: string
  readonly form: RollForm
}

/** A roll looked over: what would be made of it, whether or not that can be. */
export interface RollSurvey extends CheckedRoll {
  /** Below the header, those without text included. */
  readonly rows: number
  readonly emptyRows: number
  /** Rows of the voters whose id is written in another Unicode form than it is read. */
  readonly changed: number
  readonly refused: number
  readonly problems: ProblemList
}

export interface RollCheck {
  readonly form?: RollForm | undefined
  readonly onProgress?: ReadProgress | undefined
  /** Hears of each problem and oddity, those that are not shown too. */
  readonly onFound?: ((line: number, kind: 'refused' | 'warning', message: string) => void) | undefined
  /** Told what is odd where the roll is refused, for then it is not returned. */
  readonly onOdd?: ((warning: string) => void) | undefined
  /** Where those are that are not shown, in words. */
  readonly hint?: string | undefined
  /** Lines of those who have a key already, with the words that refuse them. */
  readonly known?: ReadonlyMap<number, string> | undefined
  /** For tests: of ids with equal hashes, only those that are equal may be refused. */
  readonly hash?: IdHash | undefined
}

/**
 * Reads the whole roll and keeps nothing but counts.
 * @throws {BadInput} with every problem, by line
 */
export async function checkRoll(
  path: string,
  election: Election,
  check: RollCheck = {},
): Promise<CheckedRoll> {
  const survey = await surveyRoll(path, election, check)
  if (!survey.problems.isEmpty()) for (const warning of survey.warnings) check.onOdd?.(warning)
  survey.problems.refuseIfAny()
  if (survey.voters === 0) throw new BadInput(path, [{ message: 'names no voter: there is only a header' }])
  return survey
}

/**
 * Reads the whole roll and says what would become of each row.
 * @throws {BadInput} where it cannot be read as a roll of this election at all
 */
export async function surveyRoll(
  path: string,
  election: Election,
  { form = {}, onProgress, onFound, hint, known, hash }: RollCheck = {},
): Promise<RollSurvey> {
  const table = await openTable(path, rollTable(form))
  try {
    const onProblem = (line: number, message: string): void => onFound?.(line, 'refused', message)
    const problems = problemList(path, { onProblem, hint })
    const counts: RowCounts = {
      ...{ rows: 0, refused: 0, voters: 0, changed: 0 },
      perDistrict: new Float64Array(election.districts.length),
    }
    const repeats = rollRepeats(form.lookAlikes === 'allowed', hash, onProblem)
    const oddities = rollOddities((line, message) => onFound?.(line, 'warning', message), hint)
    const find = headerFinder(election, path, form)
    let headerLine = 0
    let rules: RollRules | undefined
    const unread: ProblemList = {
      ...problems,
      add: (line, message) => {
        counts.rows++
        counts.refused++
        problems.add(line, message)
      },
    }
    for await (const batch of table.records(unread, onProgress)) {
      for (const record of batch) {
        if (rules === undefined) {
          rules = find(record)
          headerLine = record.line
          continue
        }
        countRow(record, rules, counts, { problems, oddities, repeats, known })
      }
    }
    if (rules === undefined) {
      problems.refuseIfAny()
      refuseEmpty(path, 'personal_id, name, district, email')
    }
    const { emptyRows } = table.passedOver()
    const notes = table.notes()
    if (repeats.suspected() > 0) {
      const proved = await repeats.refuse(table, ({ line }) => line > headerLine, rules, problems)
      counts.refused += proved.refused
      counts.voters += proved.innocent.length
      for (const district of proved.innocent) counts.perDistrict[district]!++
    }
    await refuseChanged(path, table.stamp)
    return {
      ...counts,
      ...{ path, stamp: table.stamp, form, problems, rows: counts.rows + emptyRows, emptyRows },
      warnings: [...notes, ...rules.warnings, ...oddities.warnings()],
    }
  } finally {
    await table.close()
  }
}

interface RowCounts {
  rows: number
  refused: number
  voters: number
  changed: number
  readonly perDistrict: Float64Array
}

function countRow(
  record: CsvRecord,
  rules: RollRules,
  counts: RowCounts,
  {
    problems,
    oddities,
    repeats,
    known,
  }: {
    readonly problems: ProblemList
    readonly oddities: RollOddities
    readonly repeats: RollRepeats
    readonly known: RollCheck['known']
  },
): void {
  const { line, fields } = record
  counts.rows++
  const voter = rules.voter(record, problems)
  if (voter === undefined) {
    counts.refused++
    return
  }
  const { personalId, district } = voter
  oddities.look(personalId, rules.text(record, 'email'), line)
  if (!repeats.put(personalId, line)) return
  const again = known?.get(line)
  if (again !== undefined) {
    problems.add(line, again)
    counts.refused++
    return
  }
  counts.voters++
  if (!fields.includes(personalId)) counts.changed++
  counts.perDistrict[district]!++
}

/**
 * Reads a checked roll again, a few thousand voters at a time, in the order of the file.
 * @throws {BadInput} where the file is no longer the one that was checked, at the latest after the
 *   last batch
 */
export async function* readRoll(
  roll: CheckedRoll,
  election: Election,
  onProgress?: ReadProgress,
): AsyncGenerator<readonly RollVoter[]> {
  for await (const { voters } of votersAgain(roll, election, onProgress)) if (voters.length > 0) yield voters
}

/** As {@link readRoll}, with what a letter needs. */
export async function* readPersons(
  roll: CheckedRoll,
  election: Election,
  onProgress?: ReadProgress,
): AsyncGenerator<readonly RollPerson[]> {
  for await (const { voters, texts } of votersAgain(roll, election, onProgress, personOf))
    if (voters.length > 0) yield voters.map((voter, i) => ({ ...voter, ...texts[i]! }))
}

type PersonTexts = Omit<RollPerson, keyof RollVoter>
type TextOf = (field: Parameters<RollRules['text']>[1]) => string

async function* votersAgain(
  roll: CheckedRoll,
  election: Election,
  onProgress?: ReadProgress,
  textsOf?: (text: TextOf) => PersonTexts,
): AsyncGenerator<{ readonly voters: RollVoter[]; readonly texts: PersonTexts[] }> {
  const { path, stamp, form } = roll
  const table = await openTable(path, rollTable(form))
  try {
    if (table.stamp !== stamp) refuseAsChanged(path)
    const problems = problemList(path)
    const find = headerFinder(election, path, form)
    let rules: RollRules | undefined
    let count = 0
    for await (const batch of table.records(problems, onProgress)) {
      const voters: RollVoter[] = []
      const texts: PersonTexts[] = []
      for (const record of batch) {
        if (rules === undefined) {
          rules = find(record)
          continue
        }
        const known = rules
        const voter = known.voter(record, problems)
        if (voter === undefined) continue
        voters.push(voter)
        if (textsOf !== undefined) texts.push(textsOf((field) => known.text(record, field)))
      }
      problems.refuseIfAny()
      count += voters.length
      yield { voters, texts }
    }
    await refuseChanged(path, stamp)
    if (count !== roll.voters) refuseAsChanged(path)
  } finally {
    await table.close()
  }
}

function personOf(text: TextOf): PersonTexts {
  return { name: nameOf(text), email: text('email'), language: text('language'), address: addressOf(text) }
}

/** A whole name, or one of its parts: `Name` beside `Vorname`, `Nombre` beside `Apellidos`. */
function nameOf(text: TextOf): string {
  const [whole, first, last] = [text('name'), text('first_name'), text('last_name')]
  if (whole !== '' && (first === '') === (last === '')) return whole
  return [first, whole, last].filter((part) => part !== '').join(' ')
}

function addressOf(text: TextOf): PostalAddress {
  const street = text('address').split(/[\r\n]+/)
  const house = text('house_number')
  if (house !== '') street[street.length - 1] = `${street.at(-1)} ${house}`
  const lines = [...street, text('address_2'), text('address_3')].map((line) => line.trim())
  return {
    lines: lines.filter((line) => line !== ''),
    postalCode: text('postal_code'),
    city: text('city'),
    region: text('region'),
    country: text('country'),
  }
}

/** What is odd about the roll of a whole election, but not about one of late voters. */
export function emptyDistricts(election: Election, { perDistrict }: CheckedRoll): string[] {
  const empty = election.districts.filter((_, d) => perDistrict[d] === 0).map(({ id }) => id)
  return empty.length > 0 ? [`no voter in ${plural('district', empty.length)} ${someOf(empty)}`] : []
}
