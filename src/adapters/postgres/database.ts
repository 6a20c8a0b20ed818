/** Connections to PostgreSQL, bounded in number and in how long anybody waits for one. */
import pg from 'pg'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { type ConnectOptions, connectOptions } from './connect-options.ts'

const CONNECTIONS = 6
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
/**
 * A process that hangs in the middle of a transaction keeps its locks for this long: others that
 * take over need them.
 */
const IDLE_TRANSACTION_TIMEOUT_MS = 20_000

export type Database = pg.Pool
export type Connection = pg.PoolClient

/**
 * @param address `postgres://user:password@host:port/name`
 * @param onLost told of idle connections that broke; the pool mends itself
 */
export function openDatabase(address: EngineUrl, onLost: (cause: Error) => void = () => {}): Database {
  const pool = new pg.Pool({
    ...connectOptions(address),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    application_name: 'digital-elections',
    keepAlive: true,
  })
  pool.on('error', onLost)
  return pool
}

/** For a connection of its own to the same place. */
export function placeOf({ options }: Database): ConnectOptions {
  const { connectionString, ssl, sslnegotiation } = options as ConnectOptions
  return { connectionString, ssl, ...(sslnegotiation && { sslnegotiation }) }
}

/**
 * Runs `work` in one transaction: all of it or nothing. @throws what `work` or the database throws
 */
export async function inTransaction<T>(
  database: Database,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await database.connect()
  let broken: Error | undefined
  try {
    await connection.query('BEGIN')
    const result = await work(connection)
    await connection.query('COMMIT')
    return result
  } catch (cause) {
    await connection.query('ROLLBACK').catch((error: Error) => {
      broken = error
    })
    throw cause
  } finally {
    // A connection that could not roll back is not given to anybody else.
    connection.release(broken)
  }
}
