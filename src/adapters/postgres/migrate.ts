/**
 * Brings the schema up to date: applies each numbered file of migrations/ once, in a transaction
 * together with its record.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { type Database, inTransaction, openDatabase } from './database.ts'

const MIGRATIONS = new URL('./migrations/', import.meta.url)
/** An arbitrary number: a migrating process holds this lock, so that two of them take turns. */
const LOCK = 8_501_001

/**
 * Safe to repeat, also concurrently.
 * @returns names of the migrations applied now
 */
export async function migrate(address: EngineUrl): Promise<readonly string[]> {
  const database = openDatabase(address)
  try {
    return await inTransaction(database, async (connection) => {
      await connection.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      await connection.query(
        'CREATE TABLE IF NOT EXISTS migrations ' +
          '(name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
      )
      const { rows } = await connection.query<{ name: string }>('SELECT name FROM migrations')
      const done = new Set(rows.map(({ name }) => name))
      const missing = migrationNames().filter((name) => !done.has(name))
      for (const name of missing) {
        await connection.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
        await connection.query('INSERT INTO migrations (name) VALUES ($1)', [name])
      }
      return missing
    })
  } finally {
    await database.end()
  }
}

/**
 * Migrations that this program has and the database lacks, and vice versa.
 * @throws if the database cannot be reached
 */
export async function schemaGap(
  database: Database,
): Promise<{ readonly missing: readonly string[]; readonly unknown: readonly string[] }> {
  const { rows: tables } = await database.query<{ there: boolean }>(
    "SELECT to_regclass('migrations') IS NOT NULL AS there",
  )
  const { rows } = tables[0]!.there
    ? await database.query<{ name: string }>('SELECT name FROM migrations')
    : { rows: [] }
  const done = rows.map(({ name }) => name)
  const ours = migrationNames()
  return {
    missing: ours.filter((name) => !done.includes(name)),
    unknown: done.filter((name) => !ours.includes(name)),
  }
}

function migrationNames(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}
