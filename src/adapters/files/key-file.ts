/**
 * The voter keys, a CSV file for the printer: `personal_id,guid,district`. It is the one place where keys are
 * written down, so it is nobody's but its owner's (0600), and it is there whole or not at all.
 */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isGuid, isPersonalId } from '../../core/election/credential.ts'
import { BadInput, type ProblemList, problemList } from './bad-input.ts'
import { type CsvRecord, csvRecords, refuseEmpty } from './csv-file.ts'
import { openInput, type ReadProgress } from './input-file.ts'

export interface VoterKey {
  readonly personal_id: string
  readonly guid: string
  /** The district's id. */
  readonly district: string
}

const HEADER = 'personal_id,guid,district'

export interface KeyFileWriter {
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

/** @throws {BadInput} where there is something at the path: keys are never overwritten */
export async function refuseExistingKeyFile(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  throw keysExist(path)
}

function keysExist(path: string): BadInput {
  return new BadInput(path, [
    { message: 'exists, and voter keys are never overwritten: move it away, or name another file' },
  ])
}

/**
 * Begins a key file. It grows beside its place under another name, readable by its owner alone.
 * @throws {BadInput} where the path is taken or cannot be written
 */
export async function writeKeyFile(path: string): Promise<KeyFileWriter> {
  await refuseExistingKeyFile(path)
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.draft`)
  let handle: FileHandle
  try {
    handle = await open(draft, 'wx', 0o600)
  } catch (error) {
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  let placed = false
  // appendFile and not write: it goes on until all of the text is written.
  await handle.appendFile(`${HEADER}\n`)

  return {
    add: async (keys) => {
      let text = ''
      for (const { personal_id, guid, district } of keys)
        text += `${field(personal_id)},${guid},${district}\n`
      await handle.appendFile(text)
    },
    commit: async () => {
      await handle.sync()
      await handle.close()
      await moveIntoPlace(draft, path)
      placed = true
      await unlink(draft).catch(() => {})
      await syncFolder(dirname(path))
    },
    abort: async () => {
      await handle.close().catch(() => {})
      await unlink(draft).catch(() => {})
      if (placed) await unlink(path).catch(() => {})
      placed = false
    },
  }
}

/** By a hard link, which fails where the name is taken; without links, by holding the name with an empty file. */
async function moveIntoPlace(draft: string, path: string): Promise<void> {
  try {
    return await link(draft, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw keysExist(path)
    if (code === 'ENOSPC' || code === 'EIO') throw error
  }
  try {
    await (await open(path, 'wx', 0o600)).close()
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? keysExist(path) : error
  }
  await rename(draft, path)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined) // Windows opens no folders
  try {
    await folder?.sync()
  } finally {
    await folder?.close()
  }
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
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
    const form = { delimiters: [','], column: 'personal_id', problems, onProgress }
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
  const [personal_id, guid, district] = fields
  if (fields.length !== 3) problems.add(line, `has ${fields.length} fields, not 3`)
  else if (!isPersonalId(personal_id!)) problems.add(line, 'personal_id is not one')
  else if (!isGuid(guid!.toLowerCase())) problems.add(line, 'guid is not one')
  else if (district === '') problems.add(line, 'district is empty')
  else keys.push({ personal_id: personal_id!, guid: guid!, district: district! })
}
