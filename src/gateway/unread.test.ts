/**
 * Tests answers that are not read: their connections end, for large and small answers, and their
 * memory is freed.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { HeldBytes } from './held-bytes.ts'
import { paceLargeAnswers } from './paced-answers.ts'
import { cutUnread } from './unread.ts'

/** Client and server share this process: a pause of the machine stops both. */
const UNREAD_MS = 2_000
/** More than the operating system accepts for a client that reads nothing. */
const DOCUMENT = Buffer.alloc(16_000_000, 'a line of a document\n')

/** Sends a request and reads nothing of the answer. */
async function askOnly(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  t.after(() => socket.destroy())
  socket.pause()
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  return socket
}

async function paced(t: TestContext, held: HeldBytes) {
  const app = Fastify({ forceCloseConnections: true })
  paceLargeAnswers(app, { unreadMs: UNREAD_MS, held })
  app.get('/', (_request, reply) => reply.send(DOCUMENT))
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  return { app, port: (app.server.address() as AddressInfo).port }
}

test('a large answer that is not read is cut off, and its buffer, shared by all, is freed', async (t) => {
  const held = new HeldBytes(64_000_000)
  const { app, port } = await paced(t, held)
  const ends: Promise<unknown>[] = []
  app.server.on('request', ({ socket }: IncomingMessage) => ends.push(once(socket, 'close')))
  const before = process.memoryUsage()
  const sockets = await Promise.all(Array.from({ length: 30 }, () => askOnly(t, port)))
  while (ends.length < sockets.length) await once(app.server, 'request')
  await Promise.all(ends)
  const after = process.memoryUsage()
  while (held.bytes > 0) await new Promise(setImmediate)
  const grown = after.arrayBuffers - before.arrayBuffers
  assert.ok(grown < DOCUMENT.length, `${grown} bytes for ${sockets.length} readers of one document`)
})

test('a client that reads gets every byte, beside others that do not', async (t) => {
  const { port } = await paced(t, new HeldBytes(64_000_000))
  await askOnly(t, port)
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  assert.equal(answer.headers.get('content-length'), String(DOCUMENT.length))
  assert.ok(DOCUMENT.equals(Buffer.from(await answer.arrayBuffer())))
})

test('while all places are in use, another request is refused at once', async (t) => {
  const { port } = await paced(t, new HeldBytes(64_000_000))
  await Promise.all(Array.from({ length: 256 }, () => askOnly(t, port)))
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  assert.equal(answer.status, 503)
  assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/)
  assert.ok(answer.headers.has('retry-after'))
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(((await answer.json()) as { code: string }).code, 'too-busy')
})

test('a written answer that is not read ends its connection; an idle connection stays', async (t) => {
  const server = createServer((_request, response) => response.end(DOCUMENT))
  const stop = cutUnread(server, UNREAD_MS)
  t.after(() => {
    stop()
    server.close()
    server.closeAllConnections()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const idle = connect(port, '127.0.0.1')
  const [idleThere] = (await once(server, 'connection')) as [Socket]
  await askOnly(t, port)
  const [{ socket }] = (await once(server, 'request')) as [IncomingMessage]
  await once(socket, 'close')
  assert.equal(idleThere.destroyed, false)
  idle.destroy()
})
