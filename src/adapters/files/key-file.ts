/**
 * The voter keys, a CSV file for the printer: `personal_id,guid,district`. It is the one place
 * where keys are written down, so it is nobody's but its owner's (0600), and it is there whole or
 * not at all. An id that reads like a formula stands behind an apostrophe (core/csv-field.ts),
 * which reading takes off again.
 */
import { csvCell, withoutGuard } from '../../core/csv-field.ts'
import { isGuid, isPersonalId } from '../../core/election/credential.ts'
import { BadInput, type ProblemList, problemList } from './bad-input.ts'
import { type CsvRecord, csvRecords, hasColumn, refuseEmpty } from './csv-file.ts'
import { openInput, type ReadProgress } from './input-file.ts'
import { createPrivateFile, type PrivateFile } from './private-file.ts'

export interface VoterKey {
  readonly personal_id: string
  readonly guid: string
  /** The district's id. */
  readonly district: string
}

const HEADER = 'personal_id,guid,district'

export interface KeyFileWriter extends Pick<PrivateFile, 'draft' | 'seal'> {
  /** Settles once the rows are handed to the system: await it, or memory fills. */
  readonly add: (keys: readonly VoterKey[]) => Promise<void>
  /**
   * Puts the file in place, durable.
   * @throws {BadInput} where a file of that name has come up meanwhile
   */
  readonly commit: () => Promise<void>
  /** Takes everything back, a committed file too. */
  readonly abort: () => Promise<void>
}

/**
 * Begins a key file. It grows beside its place under another name, readable by its owner alone.
 * @throws {BadInput} where the path is taken or cannot be written
 */
export async function writeKeyFile(path: string): Promise<KeyFileWriter> {
  const file = await createPrivateFile(path)
  await file.append(`${HEADER}\n`)
  return {
    add: async (keys) => {
      let text = ''
      for (const { personal_id, guid, district } of keys)
        text += `${csvCell(personal_id)},${guid},${district}\n`
      await file.append(text)
    },
    draft: file.draft,
    seal: file.seal,
    commit: file.commit,
    abort: file.abort,
  }
}

/**
 * Reads a key file back, a few thousand keys at a time.
 * @throws {BadInput} at the first batch that holds something else, naming the lines in it
 */
export async function* readKeyFile(
  path: string,
  onProgress?: ReadProgress,
): AsyncGenerator<readonly VoterKey[]> {
  const input = await openInput(path)
  try {
    const problems = problemList(path)
    let header = true
    const form = { delimiters: [','], isHeader: hasColumn('personal_id'), problems, onProgress }
    for await (const batch of csvRecords(input, form)) {
      const keys: VoterKey[] = []
      for (const record of batch) {
        if (header) refuseHeader(record, path)
        else addKey(record, keys, problems)
        header = false
      }
      problems.refuseIfAny()
      if (keys.length > 0) yield keys
    }
    problems.refuseIfAny()
    if (header) refuseEmpty(path, HEADER)
  } finally {
    await input.handle.close()
  }
}

function refuseHeader({ fields, line }: CsvRecord, path: string): void {
  if (fields.join(',') !== HEADER)
    throw new BadInput(path, [{ line, message: `is not a file of voter keys: it must begin with ${HEADER}` }])
}

function addKey({ fields, line }: CsvRecord, keys: VoterKey[], problems: ProblemList): void {
  const [cell, guid, district] = fields
  const personal_id = withoutGuard(cell ?? '')
  if (fields.length !== 3) problems.add(line, `has ${fields.length} fields, not 3`)
  else if (!isPersonalId(personal_id)) problems.add(line, 'personal_id is not one')
  else if (!isGuid(guid!.toLowerCase())) problems.add(line, 'guid is not one')
  else if (district === '') problems.add(line, 'district is empty')
  else keys.push({ personal_id, guid: guid!, district: district! })
}
