/**
 * Records the close of voting as a row of the election's events (contract: ports/polls-record.ts).
 */

import type { DatabaseSync } from 'node:sqlite'
import type { PollsRecord } from '../../ports/polls-record.ts'
import { openElectionDatabase } from './election-database.ts'

export function pollsRecord(file: string): PollsRecord {
  const withDatabase = <T>(readOnly: boolean, use: (database: DatabaseSync) => T): T => {
    const database = openElectionDatabase(file, { readOnly })
    try {
      return use(database)
    } finally {
      database.close()
    }
  }
  return {
    wasClosed: async () =>
      withDatabase(true, (database) =>
        Boolean(database.prepare("SELECT 1 FROM events WHERE event = 'polls-closed'").get()),
      ),
    recordClosed: async (atMs) =>
      withDatabase(false, (database) => {
        database.exec('PRAGMA synchronous = FULL')
        database
          .prepare("INSERT INTO events (at, event, detail) VALUES (?, 'polls-closed', NULL)")
          .run(new Date(atMs).toISOString())
      }),
  }
}
