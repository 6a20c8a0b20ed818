/**
 * Only its owner can read a data folder: files have mode 0600 and folders 0700, whatever the umask.
 * The database has counts that must stay secret until the close. One folder is public, `log/`
 * (adapters/files/log-folder.ts).
 */
import {
  chmodSync,
  closeSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import {
  controlFile,
  electionsDir,
  keysDir,
  lockFile,
  logDir,
  serverFile,
  settingsFile,
  tlsDir,
} from './layout.ts'

export const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
/**
 * What others must not be able to do in a folder. They may pass through it: a web server may have
 * to (`log/`).
 */
const LIST_OR_WRITE = 0o066
const ANYTHING = 0o077
const WRITE = 0o022
const STICKY = 0o1000

/** Missing parent folders are created too, equally private. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER })
}

/**
 * Creates an empty file for SQLite to open; an existing one stays unchanged. SQLite would create a
 * file that everyone can read, and it gives `-wal`, `-shm` and `-journal` the mode of the database.
 */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE))
}

/** A file or folder that other users of this machine can read or change. */
export interface Exposed {
  readonly path: string
  readonly mode: number
  /** The mode that it should have. */
  readonly wanted: number
}

/**
 * Finds what an older version, a copy or a person left open. Symbolic links are not followed.
 * @throws if a folder cannot be read
 */
export function exposedIn(dataDir: string): Exposed[] {
  const found: Exposed[] = []
  const look = (path: string, forbidden: number, wanted: number, stat = lstatSync): void => {
    const entry = stat(path, { throwIfNoEntry: false })
    if (entry === undefined || entry.isSymbolicLink()) return
    const mode = entry.mode & 0o7777
    if ((mode & forbidden) !== 0) found.push({ path, mode, wanted })
  }
  const file = (path: string): void => look(path, ANYTHING, PRIVATE_FILE)
  if (isOurs(dataDir)) look(dataDir, LIST_OR_WRITE, PRIVATE_FOLDER, statSync)
  for (const path of [settingsFile, lockFile, serverFile, controlFile]) file(path(dataDir))
  look(tlsDir(dataDir), ANYTHING, PRIVATE_FOLDER)
  for (const entry of entriesOf(tlsDir(dataDir))) if (entry.isFile()) file(join(tlsDir(dataDir), entry.name))
  const elections = electionsDir(dataDir)
  look(elections, LIST_OR_WRITE, PRIVATE_FOLDER, statSync)
  for (const election of entriesOf(elections).filter((entry) => entry.isDirectory())) {
    const dir = join(elections, election.name)
    look(dir, LIST_OR_WRITE, PRIVATE_FOLDER)
    look(keysDir(dir), ANYTHING, PRIVATE_FOLDER)
    for (const folder of [dir, keysDir(dir)])
      for (const entry of entriesOf(folder)) if (entry.isFile()) file(join(folder, entry.name))
    lookForWriters(logDir(dir), look)
  }
  return found
}

/** The log may be read by all users. But a user who can write it can replace it. */
function lookForWriters(log: string, look: (path: string, forbidden: number, wanted: number) => void): void {
  // The rest was created under the same umask as the log's first folder. Checking millions of files
  // would take seconds.
  if (((lstatSync(log, { throwIfNoEntry: false })?.mode ?? 0) & WRITE) === 0) return
  look(log, WRITE, 0o755)
  for (const entry of readdirSync(log, { withFileTypes: true, recursive: true }))
    look(join(entry.parentPath, entry.name), WRITE, entry.isDirectory() ? 0o755 : 0o644)
}

/**
 * Whether the folder contains only elections and what serving them needs. Otherwise other programs
 * may depend on its permissions.
 */
function isOurs(dataDir: string): boolean {
  if (((statSync(dataDir, { throwIfNoEntry: false })?.mode ?? 0) & STICKY) !== 0) return false
  const folders = entriesOf(dataDir).filter((entry) => entry.isDirectory())
  const ours = [electionsDir(dataDir), tlsDir(dataDir)].map((path) => basename(path))
  return folders.some(({ name }) => name === ours[0]) && folders.every(({ name }) => ours.includes(name))
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw cause
  }
}

/**
 * Removes the access of others, as far as this user can.
 * @returns the number of files and folders that were open
 */
export function keepPrivate(dataDir: string): number {
  let closed = 0
  for (const { path, wanted } of exposedOrNone(dataDir)) {
    try {
      chmodSync(path, wanted)
      closed++
    } catch {
      // It belongs to another user, or was removed in the meantime: `doctor` reports what remains.
    }
  }
  return closed
}

function exposedOrNone(dataDir: string): Exposed[] {
  // Windows has no such modes. A user who cannot read the folder gets an error from the command
  // itself.
  if (process.platform === 'win32') return []
  try {
    return exposedIn(dataDir)
  } catch {
    return []
  }
}
