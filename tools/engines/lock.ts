/**
 * A lock that ends with its process, in whatever way: SQLite's exclusive file lock, so there is no
 * stale lock to remove.
 */
import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY, in the low byte of the extended code. */
const BUSY = 5

/**
 * @param waitMs how long to wait until another process releases it
 * @returns a function that releases it; `undefined` if another process holds it
 */
export function tryLock(file: string, waitMs = 0): (() => void) | undefined {
  const database = new DatabaseSync(file, { timeout: waitMs })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw cause
    return undefined
  }
  return () => database.close()
}
