/**
 * Also over TLS, a client that reads nothing of an answer is cut off, and one that reads slowly is
 * not.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { secureServer } from '../../src/gateway/secure-server.ts'
import { cutUnread } from '../../src/gateway/unread.ts'
import { testCertificate } from './certificates.ts'

/** Client and server share this process: a pause of the machine stops both. */
const UNREAD_MS = 2_000
/** More than the systems on both sides buffer for a client that reads nothing. */
const DOCUMENT = Buffer.alloc(24_000_000, 'a line of a document\n')

test('an unread answer over TLS ends its connection; one that is read slowly does not', async (t) => {
  const pair = testCertificate()
  const source = {
    current: () => pair,
    onChange: () => {},
    state: () => ({ certificate: 'valid', expires_at: null, problem: null }) as const,
    covers: () => true,
    challengeAnswer: () => undefined,
  }
  const server = secureServer(source, {}, (_request, response) => response.end(DOCUMENT))
  const stopCutting = cutUnread(server, UNREAD_MS)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    stopCutting()
    server.closeAllConnections()
    server.close()
  })
  const ask = async () => {
    const { port } = server.address() as AddressInfo
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: pair.cert }).on(
      'error',
      () => {},
    )
    t.after(() => socket.destroy())
    socket.pause()
    await once(socket, 'secureConnect')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    return socket
  }
  const served: Promise<unknown>[] = []
  server.on('secureConnection', (socket) => served.push(once(socket, 'close')))

  const slow = await ask()
  const sinceMs = performance.now()
  let taken = 0
  const reading = (async () => {
    while (taken < DOCUMENT.length && !slow.destroyed) {
      const chunk = slow.read() as Buffer | null
      taken += chunk?.length ?? 0
      await sleep(chunk === null ? 5 : 15)
    }
  })()
  await ask()
  // The client's side of a handshake may be complete first.
  while (served.length < 2) await once(server, 'secureConnection')
  await served[1]
  await reading
  assert.ok(taken >= DOCUMENT.length, `${taken} bytes`)
  assert.ok(performance.now() - sinceMs > UNREAD_MS, 'the reader was too fast')
})
