/**
 * Tests places for connections: a client that occupies many with slow bodies loses them to voters.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { type Key, openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

const SLOW =
  'POST /vote HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n{'

async function hold(server: TestServer, count: number, localAddress: string, text = SLOW): Promise<Socket[]> {
  const { port, hostname } = new URL(server.url)
  const sockets: Socket[] = []
  for (let i = 0; i < count; i++) {
    const socket = connect({ port: Number(port), host: hostname, localAddress })
    socket.on('error', () => {})
    socket.resume()
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(text)
  }
  return sockets
}

/** Sends a vote on a new connection, from an address of this machine. */
function voteFrom(server: TestServer, { personal_id, guid }: Key, localAddress: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}/vote`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, agent: false, localAddress },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode!)
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ personal_id, guid, candidate: 'ada' }))
  })
}

const start = (args: readonly string[]) =>
  startServer({ definition: openElectionFile(), roll: rollOf(100), args })

test('with slow bodies in every place a voter gets one; one line without address is logged', async (t) => {
  const server = await start(['--connections', '40', '--connections-per-address', '0'])
  t.after(() => server.stop())
  const sockets = await hold(server, 60, '127.0.0.2')
  for (const key of server.keys.slice(0, 20)) assert.equal(await voteFrom(server, key, '127.0.0.1'), 201)
  assert.ok(sockets.filter(({ destroyed }) => destroyed).length >= 20)
  const lines = server
    .stderr()
    .trim()
    .split('\n')
    .filter((line) => line.includes('places'))
  assert.equal(lines.length, 1)
  assert.ok(!server.stderr().includes('127.0.0.2'))
  for (const socket of sockets) socket.destroy()
})

test('one address has at most its part of the places, and loses only its own', async (t) => {
  const server = await start(['--connections', '60', '--connections-per-address', '20'])
  t.after(() => server.stop())
  const other = await hold(server, 10, '127.0.0.3', '')
  const sockets = await hold(server, 50, '127.0.0.2')
  // The first voter's answer comes after all these connections.
  assert.equal(await voteFrom(server, server.keys[0]!, '127.0.0.2'), 201)
  assert.equal(await voteFrom(server, server.keys[1]!, '127.0.0.3'), 201)
  assert.ok(other.every(({ destroyed }) => !destroyed))
  assert.ok(sockets.filter(({ destroyed }) => destroyed).length >= 30)
  for (const socket of [...sockets, ...other]) socket.destroy()
})

test('viewers keep their places; without a free one a newcomer is refused', async (t) => {
  const server = await start(['--connections', '20', '--connections-per-address', '0'])
  t.after(() => server.stop())
  const viewers = await hold(server, 20, '127.0.0.2', 'GET /results/stream HTTP/1.1\r\nhost: x\r\n\r\n')
  for (const viewer of viewers) await once(viewer, 'data')
  await assert.rejects(voteFrom(server, server.keys[0]!, '127.0.0.1'))
  assert.ok(viewers.every(({ destroyed }) => !destroyed))
  const gone = viewers.pop()!
  gone.destroy()
  await once(gone, 'close')
  for (const viewer of viewers) viewer.destroy()
})

test('a body that takes too long is refused, and requests behind it are dropped', async (t) => {
  const server = await start([])
  t.after(() => server.stop())
  const { port, hostname } = new URL(server.url)
  const slow = (path: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname)
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      // The server may close before it has read the last drip: then the end is a reset.
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(drip)
        resolve(text)
      })
      socket.write(SLOW.replace('/vote', path).replace('4000', '2000'))
      const drip = setInterval(() => socket.write(' '), 500)
    })
  const startMs = performance.now()
  const answers = await Promise.all(
    ['/vote', '/vote?x', '/elections/test-election/ballots', '/elections/test-election/ballot-style'].map(
      slow,
    ),
  )
  const seconds = (performance.now() - startMs) / 1000
  assert.ok(seconds > 14 && seconds < 25, String(seconds))
  for (const answer of answers) {
    assert.match(answer, /^HTTP\/1\.1 408 /)
    assert.match(answer, /"code":"too-slow"/)
  }
})

test('a limit of more connections than files is refused with a message', async () => {
  await assert.rejects(start(['--connections', '999999999']), /open|files/)
})
