/**
 * A PostgreSQL that disappears without ending its connections, as after a power failure, or that
 * ends them at any moment: queries end, no process does, and what follows uses new connections.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type Database, inTransaction, openDatabase } from '../../src/adapters/postgres/database.ts'
import { engines } from '../engines.ts'

const ANSWER_MS = 1_000

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
