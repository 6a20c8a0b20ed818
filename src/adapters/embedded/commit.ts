/**
 * Writes batches of ballots into the log, a transaction each, durable when `commit` returns (WAL,
 * synchronous=FULL: SQLite syncs the write-ahead log before COMMIT is done).
 */
import { DatabaseSync } from 'node:sqlite'
import { type PackedBatch, unpackRow } from './batch.ts'

/**
 * How a commit ended. `refused`: certainly nothing of it is stored (rolled back). `unknown`: the
 * write or its sync failed half-way, so nobody can say what a restart will find.
 */
export type CommitEnd =
  | { readonly end: 'stored'; readonly firstSeq: number }
  | { readonly end: 'refused'; readonly reason: string }
  | { readonly end: 'unknown'; readonly reason: string }

export interface Committer {
  readonly commit: (batch: PackedBatch) => CommitEnd
  readonly close: () => void
}

/** SQLite's primary result codes after which a transaction is certainly not stored. */
const CERTAIN = new Set([
  5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 13 /* FULL */, 14 /* CANTOPEN */,
  19 /* CONSTRAINT */,
])
/**
 * Pages in the write-ahead log before it is folded into the database: 64 MiB. Small batches fill it
 * at some 15 MiB a second, and folding it in holds up the ballots of that moment for some 10 ms:
 * seldom enough to stay below the 99th percentile.
 */
const CHECKPOINT_PAGES = 16_384

export interface CommitterOptions {
  /** For tests: the database may not grow past this many pages, as if the disk were full. */
  readonly maxPages?: number
}

export function openCommitter(file: string, options: CommitterOptions = {}): Committer {
  const database = new DatabaseSync(file, { timeout: 2_000 })
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
  )
  if (options.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${options.maxPages}`)
  const insert = database.prepare(
    'INSERT INTO ballots (seq, tag, district, choices, nonce, retry) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const span = database.prepare(
    'INSERT INTO turnout VALUES (?1, ?2) ON CONFLICT DO UPDATE SET ballots = ballots + excluded.ballots',
  )
  const last = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM ballots')
  let lastSeq = (last.get() as { seq: number }).seq

  const write = (batch: PackedBatch): void => {
    const choices = batch.choices.split('\n')
    for (let i = 0; i < batch.districts.length; i++) {
      const { tag, nonce, retry } = unpackRow(batch.rows, i)
      insert.run(lastSeq + 1 + i, tag, batch.districts[i]!, choices[i]!, nonce, retry)
    }
    span.run(batch.until, batch.districts.length)
  }

  return {
    commit: (batch) => {
      try {
        database.exec('BEGIN IMMEDIATE')
        write(batch)
        database.exec('COMMIT')
      } catch (cause) {
        return afterFailure(database, cause)
      }
      const firstSeq = lastSeq + 1
      lastSeq += batch.districts.length
      return { end: 'stored', firstSeq }
    },
    close: () => database.close(),
  }
}

function afterFailure(database: DatabaseSync, cause: unknown): CommitEnd {
  const { errcode, errstr } = cause as { errcode?: number; errstr?: string }
  const reason = `SQLite ${errcode ?? '?'}: ${errstr ?? 'an error without a name'}`
  try {
    if (database.isTransaction) database.exec('ROLLBACK')
  } catch {
    return { end: 'unknown', reason: `${reason}, and the transaction could not be rolled back` }
  }
  const certain = errcode !== undefined && CERTAIN.has(errcode & 0xff)
  return { end: certain ? 'refused' : 'unknown', reason }
}
