/**
 * Opens election.db: the one place where it is seen whether this program is the one to read and
 * write it.
 */
import type { DatabaseSync, DatabaseSyncOptions } from 'node:sqlite'
import { Fault } from '../../core/fault.ts'
import { openDatabaseFile } from './database-file.ts'
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts'

/** The file is of another program, or of another version of this one. */
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
    // SQLite takes an empty file, and one that is shorter than its header, for a new database.
    if (Number(database.prepare('PRAGMA schema_version').get()!.schema_version) === 0)
      throw new Fault('damaged-file', { path: file, why: 'there is no table in it' })
    checkVersion(database)
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** @throws {OtherDatabase} where the file is not an election database of this version */
export function checkVersion(database: DatabaseSync): void {
  const application = Number(database.prepare('PRAGMA application_id').get()!.application_id)
  if (application !== APPLICATION_ID) throw new OtherDatabase('election.db is not an election database')
  const version = Number(database.prepare('PRAGMA user_version').get()!.user_version)
  if (version !== SCHEMA_VERSION)
    throw new OtherDatabase(`election.db has schema version ${version}, this program reads ${SCHEMA_VERSION}`)
}
