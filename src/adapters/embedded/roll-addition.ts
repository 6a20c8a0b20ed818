/**
 * Voters added to an election that is under way: the roll as it will be is written beside the roll
 * as it is, and takes its place in one transaction once the public log says so. Until then nothing
 * of it counts.
 *
 * Credentials that came later must not stand at the end of the roll, where they would tell whose
 * they are to whoever has the list of late voters and the database: they are sorted in among those
 * at the end.
 */

import type { DatabaseSync } from 'node:sqlite'
import type { IssuedCredential } from '../../ports/voter-roll.ts'
import { openElectionDatabase } from './election-database.ts'
import { type RollOrder, type RollPage, rollInOrder, rollRows } from './roll-pages.ts'

const ANEW_COLUMNS = '(voter INTEGER PRIMARY KEY, credential BLOB NOT NULL, district INTEGER NOT NULL) STRICT'

/** There only while an addition is under way. */
const TABLES = `
CREATE TABLE roll_addition (entry TEXT NOT NULL, added INTEGER NOT NULL, mark TEXT NOT NULL,
  key_file TEXT NOT NULL, key_draft TEXT NOT NULL, merged INTEGER NOT NULL) STRICT;
CREATE TABLE roll_anew ${ANEW_COLUMNS};
`

/** How long to wait for a moment between two batches of ballots. */
const LOCK_MS = 60_000
const EMPTYING_MS = 100
const EMPTYING_TRIES = 20

export interface RollAddition {
  /** The text of the log's entry that decides it. */
  readonly entry: string
  /** Voters added. */
  readonly added: number
  /** Tells a roll that was added from others, to whoever has it and the election secret. */
  readonly mark: string
  /** Where the keys are to be, and where they are until then. */
  readonly keyFile: string
  readonly keyDraft: string
  /** Whether the roll has the voters already. */
  readonly merged: boolean
}

export interface RollAdditionDraft {
  readonly add: (batch: readonly IssuedCredential[]) => void
  /** The whole roll anew; nothing is added after this. */
  readonly pages: (order: RollOrder) => Generator<RollPage>
  /** Rows of the roll anew. */
  readonly size: () => number
  /** Durable when it returns. */
  readonly commit: (addition: Omit<RollAddition, 'added' | 'merged'>) => void
  /** Leaves nothing. */
  readonly abort: () => void
}

/**
 * Begins an addition. It grows in memory, so that ballots are stored meanwhile; one transaction
 * then writes it.
 * @param hideAmong so many credentials at the end of the roll are put in one order with those added
 * @throws where another is under way
 */
export function beginAddition(file: string, hideAmong: number): RollAdditionDraft {
  if (rollAddition(file) !== undefined) throw new Error('an addition of voters already exists')
  const database = openForGood(file)
  try {
    database.exec(
      `PRAGMA temp_store = MEMORY; CREATE TEMP TABLE added (credential BLOB NOT NULL, district INTEGER NOT NULL);
       CREATE TEMP TABLE anew ${ANEW_COLUMNS}`,
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
          `INSERT INTO anew SELECT ?1 + row_number() OVER (ORDER BY credential), credential, district FROM
           (SELECT credential, district FROM voters WHERE voter > ?1 UNION ALL SELECT * FROM added) ORDER BY credential`,
        )
        .run(kept)
      if (order === 'credential')
        return yield* rollInOrder(
          database,
          `SELECT credential, district FROM voters WHERE voter <= ${kept}
           UNION ALL SELECT credential, district FROM anew ORDER BY credential`,
        )
      yield* rollRows(database, 'voters', 0, kept)
      yield* rollRows(database, 'anew', kept, before + added)
    },
    size: () => before + added,
    commit: ({ entry, mark, keyFile, keyDraft }) => {
      database.exec(`BEGIN IMMEDIATE; ${TABLES} INSERT INTO roll_anew SELECT * FROM anew`)
      database
        .prepare('INSERT INTO roll_addition VALUES (?, ?, ?, ?, ?, 0)')
        .run(entry, added, mark, keyFile, keyDraft)
      database.exec('COMMIT')
      database.close()
    },
    // SQLite rolls an open transaction back when its connection is closed.
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

/** The roll anew takes the roll's place. @param size rows it has, as the public log says */
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

/** Forgets the addition: it was finished, or never decided. */
export function dropAddition(file: string): void {
  withDatabase(file, (database) =>
    database.exec('BEGIN IMMEDIATE; DROP TABLE IF EXISTS roll_anew; DROP TABLE roll_addition; COMMIT'),
  )
}

/** When the roll with this mark was added, ISO 8601; undefined where it was not. */
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
 * What is left in the write-ahead log would tell the late credentials as well as their place in the
 * roll. A try is brief, for ballots wait for it; where readers are in the way of every one, the log
 * is written over later.
 */
function emptyJournal(database: DatabaseSync): void {
  database.exec(`PRAGMA busy_timeout = ${EMPTYING_MS}`)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; tries < EMPTYING_TRIES; tries++) {
    if (database.prepare('PRAGMA wal_checkpoint = TRUNCATE').get()?.busy === 0) return
    Atomics.wait(pause, 0, 0, EMPTYING_MS)
  }
}

/** Durable, and what is deleted is written over: the order of arrival is in no free page. */
function openForGood(file: string): DatabaseSync {
  const database = openElectionDatabase(file, { timeout: LOCK_MS })
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  return database
}
