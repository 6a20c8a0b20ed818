/**
 * The static files of a public log in a folder (contract: ports/log-store.ts). A file is written
 * under a hidden name, synced and renamed; then its folder is synced. Only syncs run in Node's
 * thread pool: for every other call the handover costs more than the call, and the writer has its
 * own thread or nothing else to do.
 *
 * Partial tiles and bundles stay for a while after a full one has superseded them, for readers that
 * are between two requests. Then they are removed (c2sp.org/tlog-tiles, "Partial Tiles").
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fchmodSync, fdatasync, openSync, renameSync, writeFileSync } from 'node:fs'
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { equalOrMissing } from '../../core/tlog/bytes.ts'
import type { StoredFile } from '../../ports/log-store.ts'
import { type PublishedFiles, ReplacedMeanwhile } from '../../ports/published-files.ts'
import { syncFolder } from '../node/durable-file.ts'
import { someAtOnce } from '../node/some-at-once.ts'

const CHECKPOINT = 'checkpoint'
const WITNESSED = 'checkpoint.witnessed'
/**
 * Concurrent syncs: one fewer than Node has threads, so that the signature of a voter's promise
 * never waits for a disk.
 */
const AT_ONCE = 3
/**
 * The public may read the log whatever the umask is: another web server may serve it, or a mirror
 * copy it.
 */
const PUBLIC_FILE = 0o644
const PUBLIC_FOLDER = 0o755

const dataSynced = promisify(fdatasync)

/** @param dir created if it does not exist */
export function logFolder(dir: string): PublishedFiles {
  /** Folders known to exist. */
  const made = new Set<string>()
  const put = fileWriter(dir, made)
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return await readFile(join(dir, path))
    } catch (cause) {
      if (isMissing(cause)) return undefined
      throw cause
    }
  }
  const readNote = async (path: string): Promise<string | undefined> => {
    const bytes = await read(path)
    return bytes === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  }
  const writeNote = async (path: string, note: string): Promise<void> => {
    await syncFolder(await put(path, new TextEncoder().encode(note)))
  }

  const write = async (files: readonly StoredFile[]): Promise<void> => {
    const folders = new Set<string>()
    await someAtOnce(files, AT_ONCE, async ({ path, bytes }) => {
      folders.add(await put(path, bytes))
    })
    await someAtOnce([...folders], AT_ONCE, syncFolder)
  }

  return {
    read,
    write,
    replace: async (file, before) => {
      const there = await read(file.path)
      const isExpected = [before, file.bytes].some((bytes) => equalOrMissing(there, bytes))
      if (!isExpected) throw new ReplacedMeanwhile(file.path)
      await write([file])
    },
    checkpoint: () => readNote(CHECKPOINT),
    writeCheckpoint: (note) => writeNote(CHECKPOINT, note),
    witnessed: () => readNote(WITNESSED),
    writeWitnessed: (note) => writeNote(WITNESSED, note),
    removeSuperseded: superseding(dir, made),
  }
}

/**
 * Puts a file in place, durable except for its folder's entry.
 * @param made folders known to exist; grows
 * @returns a function that puts a file and returns its folder, which the caller must sync
 */
function fileWriter(dir: string, made: Set<string>): (path: string, bytes: Uint8Array) => Promise<string> {
  /** A publisher that is being replaced must not write into the drafts of its successor. */
  const own = randomBytes(4).toString('hex')
  const root = join(dir)
  const folderFor = async (path: string): Promise<string> => {
    const folder = dirname(join(dir, path))
    if (made.has(folder)) return folder
    await makeFolder(folder, root)
    made.add(folder)
    return folder
  }
  return async (path, bytes) => {
    const folder = await folderFor(path)
    const target = join(dir, path)
    const draft = join(folder, `.${target.slice(folder.length + 1)}.${own}.new`)
    const file = openSync(draft, 'w', PUBLIC_FILE)
    try {
      fchmodSync(file, PUBLIC_FILE)
      writeFileSync(file, bytes)
      await dataSynced(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, target)
    return folder
  }
}

/** @param made folders known to exist; removed ones are deleted from it */
function superseding(dir: string, made: Set<string>): () => Promise<number> {
  let before: ReadonlySet<string> = new Set()
  return async () => {
    let removed = 0
    const now = new Set<string>()
    for (const partials of await supersededFolders(join(dir, 'tile'))) {
      if (!before.has(partials)) {
        now.add(partials)
        continue
      }
      await rm(partials, { recursive: true, force: true })
      made.delete(partials)
      removed++
    }
    before = now
    return removed
  }
}

/** Folders of partial files whose full file exists. */
async function supersededFolders(tiles: string): Promise<string[]> {
  const found: string[] = []
  const look = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
      if (isMissing(cause)) return []
      throw cause
    })
    const names = new Set(entries.map(({ name }) => name))
    for (const entry of entries) {
      if (!entry.isDirectory()) continue
      if (!entry.name.endsWith('.p')) await look(join(folder, entry.name))
      else if (names.has(entry.name.slice(0, -2))) found.push(join(folder, entry.name))
    }
  }
  await look(tiles)
  return found
}

function isMissing(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/**
 * Creates a folder below the log's, durably.
 * @throws if the election's folder no longer exists: it was removed, and must not be created again
 */
async function makeFolder(folder: string, root: string): Promise<void> {
  await access(dirname(root))
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) {
    if (at.startsWith(root)) chmodSync(at, PUBLIC_FOLDER)
    await syncFolder(dirname(at))
  }
}
