/**
 * Opens election.db and checks, for all callers, that this version of the program can read and
 * write it.
 */
import type { DatabaseSync, DatabaseSyncOptions } from 'node:sqlite'
import { Fault } from '../../core/fault.ts'
import { openDatabaseFile } from './database-file.ts'
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts'

/** The file belongs to another program, or to another version of this one. */
export class OtherDatabase extends Fault<'other-database'> {
  constructor(what: string) {
    super('other-database', { what })
  }
}

/**
 * @throws {OtherDatabase}; {Fault} `damaged-file`, `database-busy` and others, which name the file
 */
export function openElectionDatabase(file: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const database = openDatabaseFile(file, options)
  try {
    // SQLite treats a file that is empty or shorter than its header as a new database.
    if (Number(database.prepare('PRAGMA schema_version').get()!.schema_version) === 0)
      throw new Fault('damaged-file', { path: file, why: 'it has no tables' })
    checkVersion(database)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** @throws {OtherDatabase} if the file is not an election database of this version */
export function checkVersion(database: DatabaseSync): void {
  const application = Number(database.prepare('PRAGMA application_id').get()!.application_id)
  if (application !== APPLICATION_ID) throw new OtherDatabase('election.db is not an election database')
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  if (version !== SCHEMA_VERSION)
    throw new OtherDatabase(`election.db has schema version ${version}, this program reads ${SCHEMA_VERSION}`)
}
