/** A file of secrets: its owner's alone (0600), never over another, there whole or not at all. */
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { draftOf, placeNew, syncFolder } from '../node/durable-file.ts'
import { BadInput } from './bad-input.ts'

export interface PrivateFile {
  /** Settles once the text is handed to the system: await it, or memory fills. */
  readonly append: (text: string | Uint8Array) => Promise<void>
  /** Where it grows. */
  readonly draft: string
  /**
   * Makes the draft whole and durable; it can then be put in place later, by another process too.
   */
  readonly seal: () => Promise<void>
  /**
   * Puts the file in place, durable.
   * @throws {BadInput} where a file of that name has come up meanwhile
   */
  readonly commit: () => Promise<void>
  /** Takes everything back, a committed file too. */
  readonly abort: () => Promise<void>
}

/**
 * @throws {BadInput} where there is something at the path: files with keys are never overwritten
 */
export async function refuseExisting(path: string): Promise<void> {
  try {
    await lstat(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  throw taken(path)
}

function taken(path: string): BadInput {
  return new BadInput(path, [
    {
      message: 'exists, and files with keys are never overwritten: move it away, or name another file',
    },
  ])
}

/**
 * Begins a file. It grows beside its place under another name.
 * @throws {BadInput} where the path is taken or cannot be written
 */
export async function createPrivateFile(path: string): Promise<PrivateFile> {
  await refuseExisting(path)
  const draft = draftOf(path)
  let handle: FileHandle
  try {
    handle = await open(draft, 'wx', 0o600)
  } catch (error) {
    throw new BadInput(path, [{ message: `cannot be written: ${(error as Error).message}` }])
  }
  let sealed = false
  let placed = false
  const seal = async (): Promise<void> => {
    if (sealed) return
    await handle.sync()
    await handle.close()
    await syncFolder(dirname(path))
    sealed = true
  }
  return {
    // appendFile and not write: it goes on until all of the text is written.
    append: (text) => handle.appendFile(text),
    draft,
    seal,
    commit: async () => {
      await seal()
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

/**
 * Puts a sealed draft in place, however often it was begun before.
 * @returns false where neither is there any more
 * @throws {BadInput} where another file has the name
 */
export async function placeDraft(draft: string, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([identity(draft), identity(path)])
  if (own === undefined) return there !== undefined
  if (own !== there) await moveIntoPlace(draft, path)
  await unlink(draft).catch(() => {})
  await syncFolder(dirname(path))
  return true
}

/** Which file a name is for; undefined where it is for none. */
async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}

/**
 * Writes the pieces as they come and puts the file in place after the last.
 * @throws {BadInput} where the path is taken or cannot be written; whatever `pieces` throws. Then
 *   no file is left.
 */
export async function writePrivateFile(
  path: string,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = await createPrivateFile(path)
  try {
    for await (const piece of pieces) await file.append(piece)
    await file.commit()
  } catch (error) {
    await file.abort()
    throw error
  }
}

async function moveIntoPlace(draft: string, path: string): Promise<void> {
  try {
    await placeNew(draft, path, 0o600)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(path) : error
  }
}
