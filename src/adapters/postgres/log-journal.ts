/**
 * The journal of the public log of a cluster's election (contract: ports/log-journal.ts), and the
 * leadership that permits writing it.
 *
 * The leading publisher holds a lock of one connection and a term, the number of publishers so far.
 * The lock decides when another one may begin: at once when the process has ended, or when it was
 * silent for {@link SILENCE_S} seconds. The term keeps the log from forking: a batch is stored only
 * in a transaction in which its writer's term was the newest. A publisher that was thought dead and
 * wakes up therefore writes nothing, whatever happened to its connection.
 */
import type pg from 'pg'
import { asHash } from '../../core/tlog/merkle.ts'
import { BatchTaken, type JournalBatch, type LogJournal } from '../../ports/log-journal.ts'
import type { PublishedCountsSink } from '../../ports/published-counts.ts'
import type { Connection, Database } from './database.ts'
import { extendBy } from './extensions.ts'
import { publishedBatch, storeCounts } from './published-counts.ts'
import { separateConnection } from './separate-connection.ts'
import { endBy } from './voting-end.ts'

export interface PostgresJournal extends LogJournal, PublishedCountsSink {
  /**
   * Takes the lead if it is free; if this journal has it, confirms it.
   * @returns whether it leads now
   * @throws if PostgreSQL cannot be reached; then it does not lead
   */
  readonly lead: () => Promise<boolean>
  /** @throws {BatchTaken} if it no longer leads */
  readonly confirm: () => Promise<void>
  /** Releases the lead. */
  readonly close: () => Promise<void>
}

/** A publisher that was silent this long loses its lead. */
const SILENCE_S = 30
const HEARTBEAT_MS = 5_000
const ANSWER_MS = 10_000
/** An arbitrary number: with the election's id it names the lock. */
const LOCK = 8_501_003
const PAGE = 1_000
const COLUMNS = 'batch, record, up_to, everything, size, root, at'

interface Row {
  readonly batch: string
  readonly record: string | null
  readonly up_to: string
  readonly everything: boolean
  readonly size: string
  readonly root: Buffer
  readonly at: Date
}

/**
 * @param database for reading; the lead uses a separate connection to the same database
 * @param silenceS seconds after which a silent leader loses its lead, also one that hangs inside a
 *   transaction
 */
export function postgresJournal(
  database: Database,
  election: string,
  silenceS: number = SILENCE_S,
): PostgresJournal {
  let led: Lead | undefined

  const select = async (rest: string, ...values: unknown[]): Promise<JournalBatch[]> => {
    const { rows } = await database.query<Row>(
      `SELECT ${COLUMNS} FROM log_batches WHERE election = $1 ${rest}`,
      [election, ...values],
    )
    return rows.map(batchOf)
  }
  const leading = (): Lead => {
    if (led === undefined || led.isLost()) throw notLeading(election)
    return led
  }

  return {
    last: async () => (await select('ORDER BY batch DESC LIMIT 1'))[0],
    ofSize: async (size) => (await select('AND size = $2', size))[0],
    batches: async function* (from) {
      for (let next = from; ; next += PAGE) {
        const page = await select('AND batch >= $2 ORDER BY batch LIMIT $3', next, PAGE)
        yield* page
        if (page.length < PAGE) return
      }
    },
    records: () => select('AND record IS NOT NULL ORDER BY batch'),
    append: async (batch) => {
      const { connection, term } = leading()
      await appendAs(connection, election, term, batch)
    },
    publishedBatch: () => publishedBatch(database, election),
    tell: async (counts, totals, all) => {
      const { connection, term } = leading()
      await asLeader(connection, election, term, () => storeCounts(connection, election, counts, totals, all))
    },
    lead: async () => {
      if (led?.isLost()) {
        await led.end()
        led = undefined
      }
      if (led !== undefined) {
        await led.confirm()
        return true
      }
      led = await takeLead(database, election, silenceS)
      return led !== undefined
    },
    confirm: async () => leading().confirm(),
    close: async () => {
      await led?.end()
      led = undefined
    },
  }
}

/**
 * Stores the log of a new election and its genesis, in the transaction that creates the election.
 * @param verifierKey of the log
 */
export async function writeGenesis(
  connection: Pick<Connection, 'query'>,
  election: string,
  verifierKey: string,
  genesis: JournalBatch,
): Promise<void> {
  await connection.query('UPDATE elections SET log_key = $2 WHERE id = $1', [election, verifierKey])
  await insert(connection, election, genesis)
}

interface Lead {
  readonly connection: pg.Client
  readonly term: number
  /** Whether its connection broke. */
  readonly isLost: () => boolean
  readonly confirm: () => Promise<void>
  readonly end: () => Promise<void>
}

/** @returns undefined if another publisher has the lead */
async function takeLead(database: Database, election: string, silenceS: number): Promise<Lead | undefined> {
  const separate = separateConnection(database, 'digital-elections publisher', ANSWER_MS)
  const { client: connection } = separate
  let lost = false
  connection.on('error', () => {
    lost = true
  })
  const end = async (): Promise<void> => {
    lost = true
    clearInterval(heartbeat)
    await separate.end()
  }
  const confirm = async (): Promise<void> => {
    const { rows } = await connection.query<{ term: string }>(
      'SELECT term FROM log_terms WHERE election = $1',
      [election],
    )
    if (Number(rows[0]?.term) !== term) throw notLeading(election)
  }
  let heartbeat: NodeJS.Timeout | undefined
  let term = 0
  try {
    await connection.connect()
    // A leader that hangs, or whose machine failed, must lose the lock within a known time.
    await connection.query(`SET idle_session_timeout = '${silenceS}s';
      SET idle_in_transaction_session_timeout = '${silenceS}s'; SET tcp_keepalives_idle = 10;
      SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`)
    const { rows } = await connection.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, $2)) AS locked',
      [election, LOCK],
    )
    if (!rows[0]!.locked) {
      await end()
      return undefined
    }
    term = await nextTerm(connection, election)
  } catch (cause) {
    await end()
    throw cause
  }
  heartbeat = setInterval(() => {
    connection.query('SELECT').catch(() => {
      lost = true
    })
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return { connection, term, isLost: () => lost, confirm, end }
}

/** From now on no publisher with an earlier term can append. */
export async function nextTerm(connection: Pick<Connection, 'query'>, election: string): Promise<number> {
  const { rows } = await connection.query<{ term: string }>(
    'INSERT INTO log_terms VALUES ($1, 1) ON CONFLICT (election) ' +
      'DO UPDATE SET term = log_terms.term + 1 RETURNING term',
    [election],
  )
  return Number(rows[0]!.term)
}

/**
 * Stores a batch that follows the last one, for the holder of the newest term. An amendment takes
 * effect with the commit.
 * @throws {BatchTaken} {ExtensionTooLate}
 */
export async function appendAs(
  connection: Pick<Connection, 'query'>,
  election: string,
  term: number,
  batch: JournalBatch,
): Promise<void> {
  await asLeader(connection, election, term, async () => {
    if ((await insert(connection, election, batch)) !== 1)
      throw new BatchTaken(`batch ${batch.number} of the log of "${election}" does not follow the last one`)
    if (batch.record === null) return
    await extendBy(connection, election, batch.record)
    await endBy(connection, election, batch.record)
  })
}

/**
 * Runs `work` in a transaction that only the holder of the newest term can have.
 * @throws {BatchTaken} if another publisher has it; whatever `work` throws
 */
export async function asLeader(
  connection: Pick<Connection, 'query'>,
  election: string,
  term: number,
  work: () => Promise<void>,
): Promise<void> {
  // Decisions must survive a crash of PostgreSQL, whatever its configuration.
  await connection.query('BEGIN; SET LOCAL synchronous_commit = on')
  try {
    const { rows } = await connection.query<{ term: string }>(
      'SELECT term FROM log_terms WHERE election = $1 FOR UPDATE',
      [election],
    )
    if (Number(rows[0]?.term) !== term) throw notLeading(election)
    await work()
    await connection.query('COMMIT')
  } catch (cause) {
    await connection.query('ROLLBACK').catch(() => {})
    throw cause
  }
}

/** @returns 1 if the batch follows the last one, else 0 */
async function insert(
  connection: Pick<Connection, 'query'>,
  election: string,
  { number, record, upTo, everything, size, root, atMs }: JournalBatch,
): Promise<number | null> {
  const { rowCount } = await connection.query(
    `INSERT INTO log_batches (election, ${COLUMNS})
     SELECT $1, $2::bigint, $3::text, $4::text, $5::boolean, $6::bigint, $7::bytea,
       coalesce($8::timestamptz, now())
     WHERE $2 = (SELECT coalesce(max(batch), -1) + 1 FROM log_batches WHERE election = $1)`,
    [
      election,
      number,
      record,
      upTo,
      everything,
      size,
      Buffer.from(root),
      atMs === null ? null : new Date(atMs),
    ],
  )
  return rowCount
}

function notLeading(election: string): BatchTaken {
  return new BatchTaken(`another process publishes the log of "${election}"`)
}

function batchOf({ batch, record, up_to, everything, size, root, at }: Row): JournalBatch {
  return {
    number: Number(batch),
    record,
    upTo: up_to,
    everything,
    size: Number(size),
    root: asHash(new Uint8Array(root)),
    atMs: at.getTime(),
  }
}
