/** Connections to PostgreSQL, limited in number and in the time that a caller waits for one. */
import pg from 'pg'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { type ConnectOptions, connectOptions } from './connect-options.ts'

const CONNECTIONS = 6
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
/**
 * A database that disappears without ending its connections (a power failure, a failover) ends no
 * statement either. Without this limit a query would wait for TCP, a quarter of an hour.
 */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000
/** The client library's message of that limit. */
const NO_ANSWER = 'Query read timeout'
/**
 * A process that hangs inside a transaction keeps its locks at most this long: a process that takes
 * over needs them.
 */
const IDLE_TRANSACTION_TIMEOUT_MS = 20_000

/**
 * A connection without traffic notices within half a minute that its server has disappeared; by
 * default a system looks after two hours.
 */
export const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const

export type Database = pg.Pool
export type Connection = pg.PoolClient

/**
 * @param address `postgres://user:password@host:port/name`
 * @param onLost called for idle connections that broke; the pool replaces them
 * @param answerMs how long a query waits; its connection is not used again after that
 */
export function openDatabase(
  address: EngineUrl,
  onLost: (cause: Error) => void = () => {},
  answerMs = ANSWER_TIMEOUT_MS,
): Database {
  const pool = new pg.Pool({
    ...connectOptions(address),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: answerMs,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    application_name: 'digital-elections',
    ...KEEP_ALIVE,
  })
  pool.on('error', onLost)
  // A connection that breaks inside a transaction, between two queries, would end the process. The
  // next query reports it.
  pool.on('connect', (connection) => connection.on('error', () => {}))
  return pool
}

/** Options for a separate connection to the same database. */
export function placeOf({ options }: Database): ConnectOptions {
  const { connectionString, ssl, sslnegotiation } = options as ConnectOptions
  return { connectionString, ssl, ...(sslnegotiation && { sslnegotiation }) }
}

/**
 * Runs `work` in one transaction: everything or nothing is stored.
 * @throws what `work` or the database throws
 */
export async function inTransaction<T>(
  database: Database,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await database.connect()
  let result: T
  try {
    await connection.query('BEGIN')
    result = await work(connection)
    await connection.query('COMMIT')
  } catch (cause) {
    await rollBack(connection, cause)
    throw cause
  }
  connection.release()
  return result
}

/**
 * Ends a transaction and gives its connection back. A connection that cannot roll back is not used
 * again.
 *
 * @param cause why the transaction fails, if a query failed
 */
export async function rollBack(connection: Connection, cause?: unknown): Promise<void> {
  const broken =
    cause instanceof Error && cause.message === NO_ANSWER
      ? cause
      : await connection.query('ROLLBACK').then(
          () => undefined,
          (error: Error) => error,
        )
  connection.release(broken)
}
