/**
 * A lock that goes with the process, however it ends: SQLite's exclusive file lock, so there is no
 * stale lock to clear.
 */
import { DatabaseSync } from 'node:sqlite'

/** SQLITE_BUSY, in the low byte of the extended code. */
const BUSY = 5

/**
 * @param waitMs how long to wait for another to let go
 * @returns what lets go of it; `undefined` where another holds it
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
