/**
 * Opens a database that is there already: one that is damaged is named, before anything is asked of
 * it.
 */
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite'
import { faultOf } from '../node/system-fault.ts'

/** For another process to end its transaction. */
const BUSY_MS = 2_000

/** @throws {Fault} `damaged-file`, `database-busy` and others, which name the file */
export function openDatabaseFile(file: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS, ...options })
    // Opening reads nothing yet.
    database.prepare('PRAGMA schema_version').get()
    return database
  } catch (cause) {
    database?.close()
    throw faultOf(cause, file) ?? cause
  }
}
