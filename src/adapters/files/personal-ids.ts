/** The personal_ids of any CSV file that has them: a voter roll, a key file, letters. */
import { withoutGuard } from '../../core/csv-field.ts'
import { BadInput, problemList } from './bad-input.ts'
import { type CsvRecord, columnName, csvRecords, refuseEmpty } from './csv-file.ts'
import { openInput, type ReadProgress } from './input-file.ts'
import { ROLL_FORM } from './roll-file.ts'

interface FoundId {
  /** In Unicode NFC, without spaces around it. */
  readonly id: string
  readonly line: number
}

/** @throws {BadInput} where the file cannot be read or has no such column */
async function* personalIds(path: string, onProgress?: ReadProgress): AsyncGenerator<readonly FoundId[]> {
  const input = await openInput(path)
  try {
    const problems = problemList(path)
    let at: number | undefined
    for await (const batch of csvRecords(input, { ...ROLL_FORM, problems, onProgress })) {
      const found: FoundId[] = []
      for (const record of batch) {
        if (at === undefined) at = columnIn(record, path)
        else found.push({ id: (record.fields[at] ?? '').trim().normalize('NFC'), line: record.line })
      }
      problems.refuseIfAny()
      yield found
    }
    problems.refuseIfAny()
    if (at === undefined) refuseEmpty(path, 'personal_id')
  } finally {
    await input.handle.close()
  }
}

function columnIn({ fields, line }: CsvRecord, path: string): number {
  const at = fields.map(columnName).indexOf('personal_id')
  if (at === -1) throw new BadInput(path, [{ line, message: 'the header has no column personal_id' }])
  return at
}

/** All ids of a file with their lines, in memory. */
export async function idLines(path: string): Promise<ReadonlyMap<string, number>> {
  const lines = new Map<string, number>()
  for await (const batch of personalIds(path)) for (const { id, line } of batch) lines.set(id, line)
  return lines
}

/**
 * @param ids of `path`, with their lines
 * @throws {BadInput} by line of `path`, where any of them is in the other file
 */
export async function refuseKnownIds(
  path: string,
  ids: ReadonlyMap<string, number>,
  other: string,
  onProgress?: ReadProgress,
): Promise<void> {
  const problems = problemList(path)
  for await (const batch of personalIds(other, onProgress))
    for (const { id, line } of batch) {
      // Key files and letters guard an id that reads like a formula.
      const own = ids.get(id) ?? ids.get(withoutGuard(id))
      if (own !== undefined) problems.add(own, `personal_id is in ${other} already, on line ${line}`)
    }
  problems.refuseIfAny()
}
