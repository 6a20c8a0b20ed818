import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { type Connection, Connections, connectionOf, type FullPlaces } from './connections.ts'

class FakeSocket extends EventEmitter {
  readonly remoteAddress = '127.0.0.1'
  destroyed = false
  destroy(): void {
    this.destroyed = true
  }
}

function connectionsAt(clock: () => number, most = 20_000) {
  const full: FullPlaces[] = []
  const connections = new Connections({
    ...{ most, perAddress: 0, bodyMs: 15_000, clock },
    onSlowBody: () => assert.fail('no body is too slow here'),
    onFull: (what) => void full.push(what),
  })
  /** Adds connections, each with a request whose body is complete or not. */
  const open = (count: number, complete: boolean) =>
    Array.from({ length: count }, () => {
      const socket = new FakeSocket()
      connections.add(socket as unknown as Socket)
      const request = { socket, complete } as unknown as IncomingMessage
      const connection: Connection = connectionOf(request)
      connections.began(connection, request, { writableFinished: false } as ServerResponse)
      return socket
    })
  return { connections, open, full }
}

const gone = (sockets: readonly FakeSocket[]) => sockets.filter(({ destroyed }) => destroyed).length

test('in a flood of slow bodies at most 4,000 are kept, and those older than a second lose', (t) => {
  let nowMs = 0
  const { connections, open, full } = connectionsAt(() => nowMs)
  t.after(() => connections.stop())
  const voters = open(3_000, true)
  const first = open(3_000, false)
  nowMs = 1_500
  const second = open(3_000, false)
  assert.equal(gone(second), 0, 'a young request keeps its place')
  assert.ok(gone(first) >= 1_000 && gone(first) <= 2_000, `${gone(first)}`)
  assert.deepEqual(
    first.map(({ destroyed }) => destroyed),
    first.map((_, i) => i < gone(first)),
    'the oldest go first',
  )
  nowMs = 3_000
  open(1_000, true)
  assert.equal(6_000 - gone(first) - gone(second), 4_000)
  assert.equal(gone(voters), 0, 'a complete request keeps its place')
  assert.deepEqual(full, ['unfinished'])
})

test('if every connection is young, the oldest loses its place, and the newcomer keeps its own', (t) => {
  let nowMs = 0
  const { connections, open } = connectionsAt(() => nowMs, 20)
  t.after(() => connections.stop())
  const all = Array.from({ length: 60 }, () => {
    nowMs += 10
    return open(1, false)[0]!
  })
  assert.deepEqual(
    all.map(({ destroyed }) => destroyed),
    all.map((_, i) => i < 40),
  )
})
