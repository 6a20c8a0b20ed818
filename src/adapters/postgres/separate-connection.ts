/** A connection outside the pool, for what belongs to one connection: a lock, or a LISTEN. */
import { Socket } from 'node:net'
import pg from 'pg'
import { type Database, KEEP_ALIVE, placeOf } from './database.ts'

/** How long a goodbye may take: a server that has disappeared never answers it. */
const END_MS = 1_000

export interface SeparateConnection {
  readonly client: pg.Client
  /** Ends it, within a second also if the server no longer answers. */
  readonly end: () => Promise<void>
}

/**
 * @param name shown by PostgreSQL for this connection
 * @param answerMs limit of connecting, and of each query
 */
export function separateConnection(database: Database, name: string, answerMs: number): SeparateConnection {
  const socket = new Socket()
  const client = new pg.Client({
    ...placeOf(database),
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    application_name: name,
    ...KEEP_ALIVE,
    stream: () => socket,
  })
  const end = async (): Promise<void> => {
    const timer = setTimeout(() => socket.destroy(), END_MS)
    await client.end().catch(() => {})
    clearTimeout(timer)
  }
  return { client, end }
}
