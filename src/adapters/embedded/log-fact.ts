/** Which public log an election has, kept with the election itself: the log's verifier key. */
import { openElectionDatabase } from './election-database.ts'

/**
 * undefined for an election that was made before there were public logs, or whose log was not made
 * to the end.
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

/** For good: a second key is refused. @throws where it cannot be stored */
export function recordLogKey(file: string, verifierKey: string): void {
  const database = openElectionDatabase(file)
  try {
    database.exec('PRAGMA synchronous = FULL')
    database.prepare("INSERT INTO facts VALUES ('log', ?)").run(verifierKey)
  } finally {
    database.close()
  }
}
