/**
 * A PostgreSQL that disappears without ending its connections, as after a power failure, or that
 * ends them at any moment: queries end, no process does, and what follows uses new connections.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type Database, inTransaction, openDatabase } from '../../src/adapters/postgres/database.ts'
import { createElection } from '../../src/adapters/postgres/elections.ts'
import { postgresJournal } from '../../src/adapters/postgres/log-journal.ts'
import { resultStore } from '../../src/adapters/postgres/result-store.ts'
import { engines } from '../engines.ts'

const ANSWER_MS = 2_000

let server: Server
let database: Database
/** Both ends of all connections so far, and how many of them are silent. */
const sockets: Socket[] = []
let silent = 0

before(async () => {
  const url = new URL((await engines()).DATABASE_URL)
  const { hostname, port } = url
  server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
    sockets.push(near, far)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  database = openDatabase({ url: url.href }, () => {}, ANSWER_MS)
})
after(async () => {
  await database.end()
  for (const socket of sockets) socket.destroy()
  server.close()
})

/** No byte comes through the present connections any more, and neither end learns it. */
function silence(): void {
  for (const socket of sockets.slice(silent)) {
    socket.unpipe()
    socket.pause()
  }
  silent = sockets.length
}

const one = async () => (await database.query('SELECT 1 AS one')).rows

test('a query without an answer fails, and the next one gets another connection', async () => {
  assert.deepEqual(await one(), [{ one: 1 }])
  silence()
  await assert.rejects(one(), /timeout/)
  assert.deepEqual(await one(), [{ one: 1 }])
})

test('a transaction without an answer fails after one time limit, and the next one succeeds', async () => {
  await inTransaction(database, (connection) => connection.query('SELECT 1'))
  const startMs = performance.now()
  const work = inTransaction(database, async (connection) => {
    silence()
    await connection.query('SELECT 1')
  })
  await assert.rejects(work, /timeout/)
  assert.ok(performance.now() - startMs < 2 * ANSWER_MS, 'it waited for the ROLLBACK, too')
  await inTransaction(database, (connection) => connection.query('SELECT 1'))
})

test('a stop does not wait for a silent server, neither for its notices nor for its lock', async (t) => {
  const election = `silent-${randomUUID()}`
  const draft = await createElection(database, election, { text: '{}', sha256: '' }, 1)
  await draft.commit()
  const store = resultStore(database, election)
  const journal = postgresJournal(database, election)
  t.after(() => Promise.all([store.close(), journal.close()]))
  assert.equal(await journal.lead(), true)
  const listening = async () => {
    const { rowCount } = await database.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE client_port = ANY($1) AND query LIKE 'LISTEN %' AND state = 'idle'`,
      [sockets.map(({ localPort }) => localPort ?? 0)],
    )
    return rowCount === 1
  }
  while (!(await listening()));
  silence()
  const startMs = performance.now()
  await Promise.all([store.close(), journal.close()])
  // The system's own limit is a quarter of an hour.
  assert.ok(performance.now() - startMs < 30_000)
  await assert.rejects(one(), /timeout/)
})

test('a connection that breaks between two queries of a transaction fails only the transaction', async () => {
  const work = inTransaction(database, async (connection) => {
    await connection.query('SELECT 1')
    // Not by `once` of node:events, which listens for errors, too.
    const ended = new Promise((resolve) => connection.once('end', resolve))
    for (const socket of sockets.slice(silent)) socket.destroy()
    silent = sockets.length
    await ended
    await connection.query('SELECT 1')
  })
  await assert.rejects(work, /not queryable|terminated/)
  assert.deepEqual(await one(), [{ one: 1 }])
})
