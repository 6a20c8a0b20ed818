/**
 * Writes files that are complete or absent, and survive a power failure: the bytes are synced under
 * another name, the file is renamed in one step, and the folder is synced.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { link, open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A hidden name beside a file, for its draft. */
export function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.draft`)
}

/** Replaces the file's content with these bytes. If that fails, the old content is kept. */
export function replaceFile(path: string, bytes: string | Uint8Array, mode: number): void {
  const draft = draftOf(path)
  try {
    writeFileSync(draft, bytes, { flag: 'wx', mode, flush: true })
    renameSync(draft, path)
  } catch (cause) {
    rmSync(draft, { force: true })
    throw cause
  }
  syncPath(dirname(path))
}

/** Replaces a file that no other process writes, and removes drafts that a killed process left. */
export function replaceOwnFile(path: string, bytes: string | Uint8Array, mode: number): void {
  for (const name of readdirSync(dirname(path)))
    if (isDraftOf(name, basename(path))) rmSync(join(dirname(path), name), { force: true })
  replaceFile(path, bytes, mode)
}

/** Whether a file has a name of `draftOf` for another file of its folder. */
export function isDraftOf(name: string, file: string): boolean {
  const start = `.${file}.`
  return name.startsWith(start) && /^[0-9a-f]{12}\.draft$/.test(name.slice(start.length))
}

/**
 * Gives a synced draft its name, provided that the name is free: by a hard link, which fails if the
 * name exists; on a file system without links by reserving the name with an empty file. The draft
 * may remain beside it, and the folder is not synced yet.
 * @throws with code EEXIST if the name exists
 */
export async function placeNew(draft: string, path: string, mode: number): Promise<void> {
  try {
    return await link(draft, path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOSPC' || code === 'EIO') throw error
  }
  await (await open(path, 'wx', mode)).close()
  await rename(draft, path)
}

/** Blocks until a file's bytes, or a folder's names, are on disk. */
export function syncPath(path: string): void {
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch (cause) {
    if (isUnopened(cause)) return
    throw cause
  }
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** The same without blocking the thread, for folders. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch((cause) => {
    if (isUnopened(cause)) return undefined
    throw cause
  })
  try {
    await folder?.sync()
  } finally {
    await folder?.close()
  }
}

/** Windows cannot open folders, and syncs their names on its own. */
function isUnopened(cause: unknown): boolean {
  return (
    process.platform === 'win32' &&
    /^(EISDIR|EPERM|EACCES)$/.test(String((cause as NodeJS.ErrnoException).code))
  )
}
