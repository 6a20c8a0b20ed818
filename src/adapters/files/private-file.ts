/**
 * A file of secrets: readable only by its owner (0600), never written over another, either complete
 * or absent.
 */
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { draftOf, placeNew, syncFolder } from '../node/durable-file.ts'
import { BadInput } from './bad-input.ts'

export interface PrivateFile {
  /** Resolves once the text is handed to the operating system. Await it, or memory fills. */
  readonly append: (text: string | Uint8Array) => Promise<void>
  /** The path of the file while it is being written. */
  readonly draft: string
  /**
   * Completes the draft and makes it durable. It can then be put in place later, also by another
   * process.
   */
  readonly seal: () => Promise<void>
  /**
   * Puts the file in place, durably.
   * @throws {BadInput} if a file of that name was created in the meantime
   */
  readonly commit: () => Promise<void>
  /** Removes everything, including a committed file. */
  readonly abort: () => Promise<void>
}

/** @throws {BadInput} if anything exists at the path: files with keys are never overwritten */
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
 * Begins a file. It grows in the same folder under another name.
 * @throws {BadInput} if the path exists or cannot be written
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
    // appendFile continues until all of the text is written; write may stop early.
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
 * Puts a sealed draft in place. Safe to call again after an interruption.
 * @returns false if neither the draft nor the file exists
 * @throws {BadInput} if another file has the name
 */
export async function placeDraft(draft: string, path: string): Promise<boolean> {
  const [own, there] = await Promise.all([identity(draft), identity(path)])
  if (own === undefined) return there !== undefined
  if (own !== there) await moveIntoPlace(draft, path)
  await unlink(draft).catch(() => {})
  await syncFolder(dirname(path))
  return true
}

/** The device and inode of the file with this name; undefined if no such file exists. */
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
 * Writes the pieces as they come and puts the file in place after the last one.
 * @throws {BadInput} if the path exists or cannot be written, and whatever `pieces` throws. Then no
 *   file is left.
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
