/**
 * Files that are there whole or not at all, and stay when the power goes: the bytes are synced
 * under another name, the name is changed in one step, and the folder that holds the name is
 * synced.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { link, open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A hidden name beside a file, for what is to become it. */
export function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.draft`)
}

/** Puts these bytes in the place of whatever the file held. Where it fails, that is still there. */
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

/**
 * Gives a synced draft its name, where nothing has that name: by a hard link, which fails where it
 * is taken; on a disk without links by holding the name with an empty file. The draft may be left
 * beside it; the folder is not synced yet.
 * @throws with code EEXIST where the name is taken
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

/** Waits until a file's bytes, or a folder's names, are on disk. */
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

/** The same without holding the thread, for folders. */
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

/** Windows opens no folders, and syncs their names by itself. */
function isUnopened(cause: unknown): boolean {
  return (
    process.platform === 'win32' &&
    /^(EISDIR|EPERM|EACCES)$/.test(String((cause as NodeJS.ErrnoException).code))
  )
}
