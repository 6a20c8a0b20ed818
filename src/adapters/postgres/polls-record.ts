/**
 * The close of voting, as a fact of the election and an event of the audit trail (contract:
 * ports/polls-record.ts).
 */
import type { PollsRecord } from '../../ports/polls-record.ts'
import { type Database, inTransaction } from './database.ts'

export function pollsRecord(database: Database, election: string): PollsRecord {
  return {
    wasClosed: async () => {
      const { rows } = await database.query<{ closed: boolean }>(
        'SELECT polls_closed_at IS NOT NULL AS closed FROM elections WHERE id = $1',
        [election],
      )
      return rows[0]?.closed ?? false
    },
    recordClosed: (atMs) =>
      inTransaction(database, async (connection) => {
        const { rowCount } = await connection.query(
          'UPDATE elections SET polls_closed_at = $2 WHERE id = $1 AND polls_closed_at IS NULL',
          [election, new Date(atMs)],
        )
        if (rowCount === 1)
          await connection.query("INSERT INTO events (election, event) VALUES ($1, 'polls-closed')", [
            election,
          ])
      }),
  }
}
