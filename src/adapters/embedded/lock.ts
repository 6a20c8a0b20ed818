/**
 * One server per data folder. The lock is SQLite's own exclusive file lock, which the system drops
 * with the process: after `kill -9` there is no stale lock to clear. Beside it `server.json` says
 * who holds it, for people.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../core/fault.ts'
import { lockFile, serverFile } from './layout.ts'
import { makePrivateFile, makePrivateFolder, PRIVATE_FILE } from './privacy.ts'

export class FolderInUse extends Fault<'folder-in-use'> {}

export interface FolderLock {
  /** Tells people where this server is. */
  readonly announce: (url: string) => void
  readonly release: () => void
}

export interface LockHolder {
  readonly pid: number
  readonly url: string
}

/**
 * @param waitMs how long to wait for a server that is just going away
 * @throws {FolderInUse}
 */
export function lockFolder(dataDir: string, waitMs = 3_000): FolderLock {
  makePrivateFolder(dataDir)
  makePrivateFile(lockFile(dataDir))
  const database = new DatabaseSync(lockFile(dataDir), { timeout: waitMs })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== 5) throw cause
    const other = lockHolder(dataDir)
    const owner = other ? `process ${other.pid}, ${other.url}` : null
    throw new FolderInUse('folder-in-use', { folder: dataDir, owner }, { cause })
  }
  return {
    announce: (url) =>
      writeFileSync(serverFile(dataDir), `${JSON.stringify({ pid: process.pid, url })}\n`, {
        mode: PRIVATE_FILE,
      }),
    release: () => {
      rmSync(serverFile(dataDir), { force: true })
      database.close()
    },
  }
}

/** Who announced itself last; it may be gone. */
export function lockHolder(dataDir: string): LockHolder | undefined {
  try {
    const { pid, url } = JSON.parse(readFileSync(serverFile(dataDir), 'utf8')) as LockHolder
    return typeof pid === 'number' && typeof url === 'string' ? { pid, url } : undefined
  } catch {
    return undefined
  }
}
