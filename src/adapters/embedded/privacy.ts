/**
 * A data folder is its owner's alone: files 0600, folders 0700, whatever the umask. The database
 * counts ballots before anybody may see the count. One folder is for everybody, `log/`
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
 * What others must not do in a folder. To pass through it is no secret, and a web server may have
 * to (`log/`).
 */
const LIST_OR_WRITE = 0o066
const ANYTHING = 0o077
const WRITE = 0o022
const STICKY = 0o1000

/** Folders that are missing on the way are made, too, as private. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER })
}

/**
 * Makes an empty file for SQLite to open; one that is there stays as it is. SQLite itself makes
 * files that everybody may read, and gives its `-wal`, `-shm` and `-journal` the mode of the
 * database.
 */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'a', PRIVATE_FILE))
}

/** Something of a data folder that others on this machine may read or change. */
export interface Exposed {
  readonly path: string
  readonly mode: number
  /** The mode it ought to have. */
  readonly wanted: number
}

/**
 * What an older version left open, or a copy or a hand did. Symbolic links are nobody's to follow,
 * and are passed over.
 * @throws where a folder cannot be read
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

/** Everybody may read the log. Who may write it can put another one in its place. */
function lookForWriters(log: string, look: (path: string, forbidden: number, wanted: number) => void): void {
  // The rest was made under the umask its first folder was made under; to look through millions of
  // files costs seconds.
  if (((lstatSync(log, { throwIfNoEntry: false })?.mode ?? 0) & WRITE) === 0) return
  look(log, WRITE, 0o755)
  for (const entry of readdirSync(log, { withFileTypes: true, recursive: true }))
    look(join(entry.parentPath, entry.name), WRITE, entry.isDirectory() ? 0o755 : 0o644)
}

/**
 * Whether the folder holds nothing but elections and what serving them needs: else others' work may
 * hang on who can see it.
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
 * Closes what is open to others, as far as it is this user's to close.
 * @returns how many files and folders that were
 */
export function keepPrivate(dataDir: string): number {
  let closed = 0
  for (const { path, wanted } of exposedOrNone(dataDir)) {
    try {
      chmodSync(path, wanted)
      closed++
    } catch {
      // Another user's, or gone meanwhile: "doctor" says what is left.
    }
  }
  return closed
}

function exposedOrNone(dataDir: string): Exposed[] {
  // Windows has no such modes. Who may not even read the folder is told so by what they asked for.
  if (process.platform === 'win32') return []
  try {
    return exposedIn(dataDir)
  } catch {
    return []
  }
}
