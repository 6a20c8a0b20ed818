/**
 * Records in the election's database that its secret was destroyed on purpose, so that its absence
 * is not taken for a loss.
 */

import type { DatabaseSync } from 'node:sqlite'
import { openElectionDatabase } from './election-database.ts'

const FACT = 'secret_destroyed'

/** The time of the destruction, ISO 8601; undefined if the secret was not destroyed. */
export function secretDestroyed(database: DatabaseSync): string | undefined {
  const row = database.prepare('SELECT value FROM facts WHERE name = ?').get(FACT)
  return row === undefined ? undefined : String(row.value)
}

/**
 * Permanent; the first time is kept.
 * @throws if it cannot be stored
 */
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
