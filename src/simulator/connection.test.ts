import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { connect } from './connection.ts'
import { LostAnswer } from './lost-answer.ts'

const ANSWER = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nretry-after: 3\r\n\r\n{}'
const VOTE = { method: 'POST', path: '/vote', body: '{}', headers: {} } as const

/**
 * Sends a request to a server that answers with these bytes and then closes the connection; returns
 * the outcome.
 */
async function sentTo(bytes: string): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(bytes))
    socket.on('error', () => {})
  })
  const port = await listen(server)
  const connection = connect(new URL(`http://127.0.0.1:${port}`), 1)
  try {
    const { status, retryAfterMs } = await connection.send(VOTE)
    return `${status} after ${retryAfterMs} ms`
  } catch (error) {
    assert.ok(error instanceof LostAnswer)
    return error.loss
  } finally {
    await connection.close()
    server.close()
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('a lost answer says how it was lost: closed before it, or within it', async () => {
  assert.equal(await sentTo(ANSWER), '503 after 3000 ms')
  assert.equal(await sentTo(''), 'closed')
  assert.equal(await sentTo(ANSWER.slice(0, 20)), 'closed')
  assert.equal(await sentTo(ANSWER.slice(0, -1)), 'cut')
})

test('a request to a closed port has no connection', async () => {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  const connection = connect(new URL(`http://127.0.0.1:${port}`), 1)
  await assert.rejects(
    connection.send(VOTE),
    (error) => error instanceof LostAnswer && error.loss === 'no-connection',
  )
  await connection.close()
})
