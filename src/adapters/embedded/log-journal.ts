/**
 * The journal of the public log in a separate database (contract: ports/log-journal.ts). It is
 * written every few seconds, and neither it nor the ballots' database waits for the other. It is
 * text that `sqlite3` shows.
 */

import { DatabaseSync } from 'node:sqlite'
import { asHash } from '../../core/tlog/merkle.ts'
import { BatchTaken, type JournalBatch, type LogJournal } from '../../ports/log-journal.ts'
import { openDatabaseFile } from './database-file.ts'
import { makePrivateFile } from './privacy.ts'

const APPLICATION_ID = 0x44454c4a
const SCHEMA_VERSION = 2
/** The version of journals without times. They are read and continued without times. */
const WITHOUT_TIMES = 1
const VERSIONS = [WITHOUT_TIMES, SCHEMA_VERSION]
const PAGE = 1000
const CONSTRAINT = 19

const SCHEMA = `
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
-- One row per batch: the entry's text unless the entry is a ballot, the ballots decided by then, the
-- tree with it, when (ms).
CREATE TABLE batches (
  batch INTEGER PRIMARY KEY, record TEXT, up_to TEXT NOT NULL, everything INTEGER NOT NULL,
  size INTEGER NOT NULL UNIQUE, root BLOB NOT NULL, at INTEGER) STRICT;
CREATE TRIGGER batches_never_change BEFORE UPDATE ON batches
  BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER batches_never_go BEFORE DELETE ON batches
  BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
`

export interface EmbeddedJournal extends LogJournal {
  readonly close: () => void
}

/**
 * Creates an empty journal.
 * @throws if there is one already
 */
export function createJournal(file: string): EmbeddedJournal {
  makePrivateFile(file)
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA}`)
  database.close()
  return openJournal(file)
}

/** @throws {Error} if it is not a journal of this version */
export function openJournal(file: string, options: { readonly readOnly?: boolean } = {}): EmbeddedJournal {
  const database = openDatabaseFile(file, { readOnly: options.readOnly ?? false })
  const { application_id } = database.prepare('PRAGMA application_id').get() as { application_id: number }
  const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (application_id !== APPLICATION_ID || !VERSIONS.includes(user_version)) {
    database.close()
    throw new Error(`${file} is not a log journal of this version`)
  }
  database.exec('PRAGMA synchronous = FULL')
  const timed = user_version !== WITHOUT_TIMES
  const columns = `batch, record, up_to, everything, size, root${timed ? ', at' : ''}`
  const last = database.prepare(`SELECT ${columns} FROM batches ORDER BY batch DESC LIMIT 1`)
  const ofSize = database.prepare(`SELECT ${columns} FROM batches WHERE size = ?`)
  const page = database.prepare(
    `SELECT ${columns} FROM batches WHERE batch >= ? ORDER BY batch LIMIT ${PAGE}`,
  )
  const records = database.prepare(`SELECT ${columns} FROM batches WHERE record IS NOT NULL ORDER BY batch`)
  const insert = database.prepare(
    `INSERT INTO batches (${columns}) VALUES (?, ?, ?, ?, ?, ?${timed ? ', ?' : ''})`,
  )

  return {
    last: async () => batchOf(last.get()),
    ofSize: async (size) => batchOf(ofSize.get(size)),
    batches: async function* (from) {
      for (let next = from; ; next += PAGE) {
        const rows = page.all(next)
        for (const row of rows) yield batchOf(row)!
        if (rows.length < PAGE) return
      }
    },
    records: async () => records.all().map((row) => batchOf(row)!),
    append: async ({ number, record, upTo, everything, size, root, atMs }) => {
      try {
        insert.run(number, record, upTo, everything ? 1 : 0, size, root, ...(timed ? [atMs] : []))
      } catch (cause) {
        if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== CONSTRAINT) throw cause
        throw new BatchTaken(`batch ${number} of the log is there already: another publisher is at work`, {
          cause,
        })
      }
    },
    close: () => database.close(),
  }
}

function batchOf(row: ReturnType<ReturnType<DatabaseSync['prepare']>['get']>): JournalBatch | undefined {
  if (row === undefined) return undefined
  return {
    number: Number(row.batch),
    record: row.record as string | null,
    upTo: row.up_to as string,
    everything: row.everything === 1,
    size: Number(row.size),
    root: asHash(new Uint8Array(row.root as Uint8Array)),
    atMs: (row.at as number | null | undefined) ?? null,
  }
}
