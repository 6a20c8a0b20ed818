/**
 * Adds voters to an election that is under way. The new roll is written beside the old one and
 * replaces it in one transaction once the public log says so. Until then it has no effect.
 *
 * Late credentials must not stand at the end of the roll: a person with the list of late voters and
 * the database could then match them. They are sorted in among the credentials at the end.
 */

import type { DatabaseSync } from 'node:sqlite'
import type { IssuedCredential } from '../../ports/voter-roll.ts'
import { openElectionDatabase } from './election-database.ts'
import { type RollOrder, type RollPage, rollInOrder, rollRows } from './roll-pages.ts'

const ANEW_COLUMNS = '(voter INTEGER PRIMARY KEY, credential BLOB NOT NULL, district INTEGER NOT NULL) STRICT'

/** These tables exist only during an addition. */
const TABLES = `
CREATE TABLE roll_addition (entry TEXT NOT NULL, added INTEGER NOT NULL, mark TEXT NOT NULL,
  key_file TEXT NOT NULL, key_draft TEXT NOT NULL, merged INTEGER NOT NULL) STRICT;
CREATE TABLE roll_anew ${ANEW_COLUMNS};
`

/** How long to wait for a pause between two batches of ballots. */
const LOCK_MS = 60_000
const EMPTYING_MS = 100
const EMPTYING_TRIES = 20

export interface RollAddition {
  /** The text of the public log's entry that decides the addition. */
  readonly entry: string
  /** The number of added voters. */
  readonly added: number
  /**
   * Distinguishes an added roll from others, for a person who has the roll and the election secret.
   */
  readonly mark: string
  /** The path where the keys will be, and their path until then. */
  readonly keyFile: string
  readonly keyDraft: string
  /** Whether the roll already includes the voters. */
  readonly merged: boolean
}

export interface RollAdditionDraft {
  readonly add: (batch: readonly IssuedCredential[]) => void
  /** The whole new roll; nothing may be added afterwards. */
  readonly pages: (order: RollOrder) => Generator<RollPage>
  /** The number of rows of the new roll. */
  readonly size: () => number
  /** Durable when it returns. */
  readonly commit: (addition: Omit<RollAddition, 'added' | 'merged'>) => void
  /** Discards the addition. */
  readonly abort: () => void
}

/**
 * Begins an addition. It is built in memory, so that ballots can be stored meanwhile; one
 * transaction then writes it.
 * @param hideAmong this many credentials at the end of the roll are sorted together with the added
 *   ones
 * @throws if another addition is under way
 */
export function beginAddition(file: string, hideAmong: number): RollAdditionDraft {
  if (rollAddition(file) !== undefined) throw new Error('an addition of voters already exists')
  const database = openForGood(file)
  try {
    database.exec(
      `PRAGMA temp_store = MEMORY;
       CREATE TEMP TABLE added (credential BLOB NOT NULL, district INTEGER NOT NULL);
       CREATE TEMP TABLE renewed ${ANEW_COLUMNS}`,
    )
  } catch (cause) {
    database.close()
    throw cause
  }
  const before = Number(database.prepare('SELECT coalesce(max(voter), 0) AS n FROM voters').get()!.n)
  const kept = Math.max(0, before - hideAmong)
  const insert = database.prepare('INSERT INTO added VALUES (?, ?)')
  const bytes = Buffer.alloc(32)
  let added = 0
  return {
    add: (batch) => {
      for (const { credential, district } of batch) {
        bytes.write(credential, 0, 32, 'latin1')
        insert.run(bytes, district)
      }
      added += batch.length
    },
    pages: function* (order) {
      database
        .prepare(
          `INSERT INTO renewed
           SELECT ?1 + row_number() OVER (ORDER BY credential), credential, district
           FROM (SELECT credential, district FROM voters WHERE voter > ?1 UNION ALL SELECT * FROM added)
           ORDER BY credential`,
        )
        .run(kept)
      if (order === 'credential')
        return yield* rollInOrder(
          database,
          `SELECT credential, district FROM voters WHERE voter <= ${kept}
           UNION ALL SELECT credential, district FROM renewed ORDER BY credential`,
        )
      yield* rollRows(database, 'voters', 0, kept)
      yield* rollRows(database, 'renewed', kept, before + added)
    },
    size: () => before + added,
    commit: ({ entry, mark, keyFile, keyDraft }) => {
      database.exec(`BEGIN IMMEDIATE; ${TABLES} INSERT INTO roll_anew SELECT * FROM renewed`)
      database
        .prepare('INSERT INTO roll_addition VALUES (?, ?, ?, ?, ?, 0)')
        .run(entry, added, mark, keyFile, keyDraft)
      database.exec('COMMIT')
      database.close()
    },
    // SQLite rolls back an open transaction when its connection is closed.
    abort: () => {
      if (database.isOpen) database.close()
    },
  }
}

/** The addition that is under way, or was interrupted. */
export function rollAddition(file: string): RollAddition | undefined {
  const database = openElectionDatabase(file, { readOnly: true })
  try {
    if (!database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'roll_addition'").get()) return undefined
    const row = database.prepare('SELECT * FROM roll_addition').get()!
    return {
      entry: String(row.entry),
      added: Number(row.added),
      mark: String(row.mark),
      keyFile: String(row.key_file),
      keyDraft: String(row.key_draft),
      merged: row.merged === 1,
    }
  } finally {
    database.close()
  }
}

/**
 * Replaces the roll with the new roll.
 * @param size its number of rows, as the public log states it
 */
export function mergeAddition(file: string, { added, mark }: RollAddition, size: number, atMs: number): void {
  withDatabase(file, (database) => {
    database.exec(`BEGIN IMMEDIATE;
      DELETE FROM voters WHERE voter >= (SELECT min(voter) FROM roll_anew);
      INSERT INTO voters SELECT voter, credential, district FROM roll_anew ORDER BY voter;
      UPDATE roll_addition SET merged = 1`)
    database.prepare("UPDATE facts SET value = ? WHERE name = 'keys_issued'").run(String(size))
    database
      .prepare("INSERT INTO events VALUES (?, 'voters-added', ?)")
      .run(new Date(atMs).toISOString(), `${added} voters of the roll ${mark}`)
    database.exec('DROP TABLE roll_anew; COMMIT')
  })
}

/** Removes the record of the addition, which was finished or never decided. */
export function dropAddition(file: string): void {
  withDatabase(file, (database) =>
    database.exec('BEGIN IMMEDIATE; DROP TABLE IF EXISTS roll_anew; DROP TABLE roll_addition; COMMIT'),
  )
}

/** When the roll with this mark was added, ISO 8601; undefined if it was not. */
export function addedBefore(file: string, mark: string): string | undefined {
  const database = openElectionDatabase(file, { readOnly: true })
  try {
    const row = database
      .prepare("SELECT at FROM events WHERE event = 'voters-added' AND detail LIKE '% ' || ?")
      .get(mark)
    return row === undefined ? undefined : String(row.at)
  } finally {
    database.close()
  }
}

function withDatabase(file: string, work: (database: DatabaseSync) => void): void {
  const database = openForGood(file)
  try {
    work(database)
    emptyJournal(database)
  } finally {
    database.close()
  }
}

/**
 * Empties the write-ahead log, whose old pages would reveal the late credentials, just as their
 * place in the roll would. Each attempt is brief, because ballots wait for it. If readers block
 * every attempt, the log is overwritten later.
 */
function emptyJournal(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${EMPTYING_MS}`)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; tries < EMPTYING_TRIES; tries++) {
    if (database.prepare('PRAGMA wal_checkpoint = TRUNCATE').get()?.busy === 0) return
    Atomics.wait(pause, 0, 0, EMPTYING_MS)
  }
}

/**
 * Opens the database so that writes are durable and deleted rows are overwritten: no free page
 * reveals the order of arrival.
 */
function openForGood(file: string): DatabaseSync {
  const database = openElectionDatabase(file, { timeout: LOCK_MS })
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  return database
}
