/** The personal_ids of any table that has them: a voter roll, a key file, letters. */
import { withoutGuard } from '../../core/csv-field.ts'
import { rollColumns } from '../../core/roll/headings.ts'
import { foldEmail, foldId } from '../../core/roll/id-fold.ts'
import { BadInput, problemList } from './bad-input.ts'
import { type CsvRecord, HEADER_WITHIN, refuseEmpty } from './csv-file.ts'
import type { ReadProgress } from './input-file.ts'
import { type RollForm, rollTable } from './roll-rules.ts'
import { openTable } from './table-file.ts'

interface FoundId {
  /** In Unicode NFC, without spaces around it. */
  readonly id: string
  /** Folded; empty where there is none. */
  readonly email: string
  readonly line: number
}

/** Voters of a file, for others to be compared with. */
export interface KnownIds {
  /** Lines by id. */
  readonly lines: ReadonlyMap<string, number>
  /** Lines by what ids look like. */
  readonly folded: ReadonlyMap<string, number>
  /** Lines by e-mail address. */
  readonly emails: ReadonlyMap<string, number>
}

/** @throws {BadInput} where the file cannot be read or has no such column */
async function* personalIds(
  path: string,
  form: RollForm = {},
  onProgress?: ReadProgress,
): AsyncGenerator<readonly FoundId[]> {
  const table = await openTable(path, rollTable())
  try {
    const problems = problemList(path)
    let columns: IdColumns | undefined
    let above = 0
    for await (const batch of table.records(problems, onProgress)) {
      const found: FoundId[] = []
      for (const { fields, line } of batch) {
        if (columns === undefined) {
          columns = columnsIn(fields, form)
          if (columns === undefined && ++above === HEADER_WITHIN) refuseColumns(path, line)
          continue
        }
        found.push({
          id: (fields[columns.id] ?? '').trim().normalize('NFC'),
          email: columns.email === undefined ? '' : foldEmail(fields[columns.email] ?? ''),
          line,
        })
      }
      problems.refuseIfAny()
      yield found
    }
    problems.refuseIfAny()
    if (columns === undefined && above > 0) refuseColumns(path, 1)
    if (columns === undefined) refuseEmpty(path, 'personal_id')
  } finally {
    await table.close()
  }
}

interface IdColumns {
  readonly id: number
  readonly email: number | undefined
}

function columnsIn(fields: CsvRecord['fields'], { columns }: RollForm): IdColumns | undefined {
  // What was chosen is of the late voters' file; the others may have columns of their own.
  for (const chosen of [columns, {}]) {
    const { at } = rollColumns(fields, chosen)
    if (at.personal_id !== undefined) return { id: at.personal_id, email: at.email }
  }
  return undefined
}

function refuseColumns(path: string, line: number): never {
  throw new BadInput(path, [{ line, message: 'the header has no column personal_id' }])
}

/** All ids of a file with their lines, in memory. */
export async function idLines(path: string, form?: RollForm): Promise<KnownIds> {
  const lines = new Map<string, number>()
  const folded = new Map<string, number>()
  const emails = new Map<string, number>()
  for await (const batch of personalIds(path, form))
    for (const { id, email, line } of batch) {
      lines.set(id, line)
      folded.set(foldId(id), line)
      if (email !== '') emails.set(email, line)
    }
  return { lines, folded, emails }
}

/** So many e-mail addresses that both files have are named. */
const SHOWN = 20

/** What a comparison has found. */
export interface Comparison {
  /**
   * Lines of those who are in the other file or look like somebody who is, with the words that say
   * so.
   */
  readonly known: ReadonlyMap<number, string>
  /** What is odd and no reason to refuse anybody: e-mail addresses that both files have. */
  readonly warnings: readonly string[]
}

/**
 * @param ids of another file than `other`
 * @throws {BadInput} where `other` cannot be read
 */
export async function compareIds(
  { lines, folded, emails }: KnownIds,
  other: string,
  {
    form = {},
    onProgress,
  }: { readonly form?: RollForm | undefined; readonly onProgress?: ReadProgress } = {},
): Promise<Comparison> {
  const known = new Map<number, string>()
  const warnings: string[] = []
  let same = 0
  for await (const batch of personalIds(other, form, onProgress))
    for (const { id, email, line } of batch) {
      // Key files and letters guard an id that reads like a formula.
      const own = lines.get(id) ?? lines.get(withoutGuard(id))
      const alike = form.lookAlikes === 'allowed' ? undefined : folded.get(foldId(withoutGuard(id)))
      if (own !== undefined) known.set(own, `personal_id is in ${other} already, on line ${line}`)
      else if (alike !== undefined)
        known.set(
          alike,
          `personal_id looks like one that is in ${other} already, on line ${line} (--allow-look-alikes takes them for two people)`,
        )
      else if (emails.has(email) && ++same <= SHOWN)
        warnings.push(`line ${emails.get(email)}: email is in ${other} already, on line ${line}`)
    }
  if (same > SHOWN) warnings.push(`and ${(same - SHOWN).toLocaleString('en')} more like this`)
  return { known, warnings }
}

/**
 * {@link compareIds}. @throws {BadInput} by line of `path`, where anybody is in the other file;
 * else what is odd
 */
export async function refuseKnownIds(
  path: string,
  ids: KnownIds,
  other: string,
  options?: Parameters<typeof compareIds>[2],
): Promise<readonly string[]> {
  const problems = problemList(path)
  const { known, warnings } = await compareIds(ids, other, options)
  for (const [line, words] of known) problems.add(line, words)
  problems.refuseIfAny()
  return warnings
}
