import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { createServer, type Server, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { connectRedis } from './connection.ts'
import { followedPrimary } from './primary.ts'

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'cluster.example': ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  'node-2.example': ['10.0.0.2'],
  '2001:db8::1': ['2001:db8::1'],
}

/** A lookup with scripted results. */
function looking() {
  const resolved = ((host: string, _: unknown, done: (error: Error | null, all: LookupAddress[]) => void) =>
    done(
      ADDRESSES[host] ? null : new Error(`no ${host}`),
      (ADDRESSES[host] ?? []).map((address) => ({ address, family: 4 })),
    )) as never
  const primary = followedPrimary(resolved)
  const all = (host: string) =>
    new Promise<readonly string[]>((resolve, reject) =>
      primary.lookup(host, { all: true }, (error, found) =>
        error ? reject(error) : resolve((found as LookupAddress[]).map(({ address }) => address)),
      ),
    )
  return { ...primary, all }
}

test('a name of several nodes starts with a different one each time', async () => {
  const { all } = looking()
  const first = async () => (await all('cluster.example'))[0]
  assert.deepEqual(
    [await first(), await first(), await first(), await first()],
    ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1'],
  )
  await assert.rejects(all('nowhere.example'), /no nowhere/)
})

test('a named node is tried once, then the name again', async () => {
  for (const [message, address] of [
    ['MOVED 3999 node-2.example:6379', '10.0.0.2'],
    ['MOVED 3999 [2001:db8::1]:6379', '2001:db8::1'],
    ['MOVED 3999 2001:db8::1:6379', '2001:db8::1'],
    // It does not know its own name.
    ['MOVED 3999 :6379', '10.0.0.1'],
    ['MOVED 3999 ?:6379', '10.0.0.1'],
    ["READONLY You can't write against a read only replica.", '10.0.0.1'],
  ] as const) {
    const { all, isElsewhere } = looking()
    assert.equal(isElsewhere(message), true, message)
    assert.equal((await all('cluster.example'))[0], address, message)
    assert.equal((await all('cluster.example')).length, 3)
  }
  const { isElsewhere } = looking()
  for (const message of ['MOVED', 'MOVED x y', 'NOSCRIPT', 'CLUSTERDOWN The cluster is down', 'OOM', ''])
    assert.equal(isElsewhere(message), false, message)
})

/**
 * A simple node: it accepts writes, or names the node that does. Both listen at one port of two
 * addresses.
 */
class Node {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** The error for every call; `undefined`: it accepts writes. */
  refusal: string | undefined
  written = 0

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket.once('close', () => this.#sockets.delete(socket)).on('error', () => {}))
      socket.on('data', (chunk) => {
        for (const [, command] of chunk.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n/gi))
          this.#answer(socket, command!.toUpperCase())
      })
    })
  }

  #answer(socket: Socket, command: string): void {
    if (command === 'PING') socket.write('+PONG\r\n')
    else if (command === 'QUIT') socket.end('+OK\r\n')
    else if (command === 'HELLO') socket.write('%1\r\n$5\r\nproto\r\n:3\r\n')
    else if (this.refusal) socket.write(`-${this.refusal}\r\n`)
    else {
      if (command === 'HSET') this.written++
      socket.write(':0\r\n')
    }
  }

  listen(host: string, port = 0): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server
        .once('error', reject)
        .listen(port, host, () => resolve((this.#server.address() as { readonly port: number }).port)),
    )
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** Only Linux has two loopback addresses. */
const skip = process.platform !== 'linux'

test('after a failover the connection goes to the node that accepts writes now, and back', {
  skip,
}, async () => {
  const [one, two] = [new Node(), new Node()]
  after(() => {
    one.close()
    two.close()
  })
  const port = await one.listen('127.0.0.1')
  await two.listen('127.0.0.2', port)
  one.refusal = `MOVED 1 127.0.0.2:${port}`
  const states: boolean[] = []
  const redis = await connectRedis({ url: `redis://localhost:${port}`, onState: (up) => states.push(up) })
  after(() => redis.close())
  /** Retries until it is written: a refusal means that nothing was done. */
  const write = async () => {
    for (;;) {
      const done = await redis.send('HSET', 'k', 'f', 'v').then(
        () => true,
        (fault: Error) => {
          assert.equal(fault.name, 'Error')
          assert.match(fault.message, /^(MOVED|READONLY|there is no connection)/)
          return false
        },
      )
      if (done) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await write()
  assert.deepEqual([one.written, two.written], [0, 1])

  one.refusal = undefined
  two.refusal = `MOVED 1 127.0.0.1:${port}`
  await write()
  assert.deepEqual([one.written, two.written], [1, 1])

  // As Redis without a cluster says it. The name resolves only to the first node, which has taken
  // over again.
  one.refusal = "READONLY You can't write against a read only replica."
  const refused = redis.send('HSET', 'k', 'f', 'v')
  await assert.rejects(refused, /READONLY/)
  one.refusal = undefined
  await write()
  assert.deepEqual([one.written, two.written], [2, 1])
  assert.ok(states.includes(false) && states.at(-1) === true)
})
