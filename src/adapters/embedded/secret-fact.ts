/**
 * That an election's secret was destroyed on purpose, kept with the election itself: its absence is
 * then no loss.
 */

import type { DatabaseSync } from 'node:sqlite'
import { openElectionDatabase } from './election-database.ts'

const FACT = 'secret_destroyed'

/** When it was, ISO 8601; undefined where it was not. */
export function secretDestroyed(database: DatabaseSync): string | undefined {
  const row = database.prepare('SELECT value FROM facts WHERE name = ?').get(FACT)
  return row === undefined ? undefined : String(row.value)
}

/** For good; the first time counts. @throws where it cannot be stored */
export function recordSecretDestroyed(file: string, atMs: number): void {
  const database = openElectionDatabase(file)
  try {
    database.exec('PRAGMA synchronous = FULL')
    database
      .prepare('INSERT INTO facts VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(FACT, new Date(atMs).toISOString())
  } finally {
    database.close()
  }
}
