/** The verifier key of an election's public log, stored in the election's database. */
import { openElectionDatabase } from './election-database.ts'

/**
 * undefined if the election was created before public logs existed, or if the creation of its log
 * was interrupted.
 */
export function recordedLogKey(file: string): string | undefined {
  const database = openElectionDatabase(file, { readOnly: true })
  try {
    const row = database.prepare("SELECT value FROM facts WHERE name = 'log'").get()
    return row === undefined ? undefined : String(row.value)
  } finally {
    database.close()
  }
}

/**
 * Cannot be changed later: a second key is refused.
 * @throws if it cannot be stored
 */
export function recordLogKey(file: string, verifierKey: string): void {
  const database = openElectionDatabase(file)
  try {
    database.exec('PRAGMA synchronous = FULL')
    database.prepare("INSERT INTO facts VALUES ('log', ?)").run(verifierKey)
  } finally {
    database.close()
  }
}
