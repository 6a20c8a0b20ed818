/**
 * The static files of a public log in a folder (contract: ports/log-store.ts). A file grows under a
 * hidden name, is synced and renamed; then the folders it came up in are synced. Only syncs are
 * left to Node's threads: each of the other calls costs more to hand over than to make, and who
 * writes here has a thread to itself or nothing else to do.
 *
 * Partial tiles and bundles that a full one has superseded stay for a while, for readers who are
 * between two requests, and are then removed (c2sp.org/tlog-tiles, "Partial Tiles").
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
 * Syncs under way: one fewer than Node has threads, so that the signature under a voter's promise
 * waits for no disk.
 */
const AT_ONCE = 3
/**
 * The log is everybody's to read, whatever the umask: a web server of its own may serve it, or a
 * mirror copy it.
 */
const PUBLIC_FILE = 0o644
const PUBLIC_FOLDER = 0o755

const dataSynced = promisify(fdatasync)

/** @param dir made if it does not exist */
export function logFolder(dir: string): PublishedFiles {
  /** Folders known to be there. */
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
 * Puts a file in place, durable but for the folder it lies in.
 * @param made folders known to be there, which grow
 * @returns what puts a file and gives its folder, which is still to be synced
 */
function fileWriter(dir: string, made: Set<string>): (path: string, bytes: Uint8Array) => Promise<string> {
  /** A publisher that is being relieved must not write into the drafts of the one after it. */
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

/** @param made folders known to be there, from which removed ones are taken */
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

/** Folders of partial files beside a full one. */
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
 * Makes a folder below the log's, durably.
 * @throws where the election's own folder is gone: it was taken away, and must not come up again
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
