/**
 * A real Redis Cluster of one shard, like MemoryDB: the server's connection finds the node that
 * accepts writes, and after a failover the next one. Two nodes of one machine listen at the same
 * port of two addresses.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { connectRedis } from '../../src/adapters/redis/connection.ts'
import { redisKeyLoading } from '../../src/adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../../src/adapters/redis/key-status.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import type { Credential } from '../../src/ports/digest.ts'
import type { Reservation } from '../../src/ports/key-status.ts'
import { findProgram } from '../../tools/engines/programs.ts'

/** 127.0.0.2 is this machine only on Linux. The name resolves to the first node. */
const skip = process.platform === 'linux' ? false : 'needs two loopback addresses'
const [ONE, TWO] = ['127.0.0.1', '127.0.0.2']
const dir = mkdtempSync(join(tmpdir(), 'elections-failover-'))
const running = new Map<string, ChildProcess>()
after(async () => {
  for (const host of [...running.keys()]) await kill(host)
  rmSync(dir, { recursive: true, force: true })
})

/** A port that is free at both addresses. */
async function freePort(): Promise<number> {
  for (;;) {
    const servers = [createServer(), createServer()]
    try {
      servers[0]!.listen(0, ONE)
      await once(servers[0]!, 'listening')
      const { port } = servers[0]!.address() as { readonly port: number }
      servers[1]!.listen(port, TWO)
      await once(servers[1]!, 'listening')
      return port
    } catch {
      // The other address has it in use.
    } finally {
      for (const server of servers) server.close()
    }
  }
}

async function kill(host: string): Promise<void> {
  const node = running.get(host)!
  running.delete(host)
  node.kill('SIGKILL')
  await once(node, 'exit')
}

/** Polls until the answer matches. */
async function until(ask: () => string, wanted: RegExp): Promise<void> {
  while (!wanted.test(ask())) await sleep(50)
}

async function startNode(host: string, port: number, busPort: number): Promise<void> {
  const home = join(dir, host)
  mkdirSync(home)
  const settings = {
    ...{ bind: host, port, dir: home, 'cluster-enabled': 'yes', 'cluster-port': busPort },
    ...{
      'cluster-announce-ip': host,
      'cluster-node-timeout': 60_000,
      save: '',
      'repl-diskless-sync-delay': 0,
    },
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const node = spawn(findProgram('redis-server')!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.set(host, node)
  let output = ''
  node.stdout.setEncoding('utf8')
  for await (const text of node.stdout) {
    output += text
    if (output.includes('Ready to accept connections')) break
  }
  assert.match(output, /Ready to accept connections/)
  node.stdout.resume()
}

const tagOf = tagger(new Uint8Array(32).fill(3))
const VOTERS = 40
const issued = Array.from({ length: VOTERS }, (_, voter) => ({
  tag: tagOf(nodeDigest().credential(`voter ${voter}`) as Credential),
  district: 0,
}))
const reservationOf = (voter: number): Reservation => ({
  ...{ tag: issued[voter]!.tag, nonceHex: 'ab'.repeat(16), choices: '[[0]]' as Choices },
  ...{ retryMark: null, districts: null, refuse: 'no' },
})

test('used keys stay used after a failover, and after the writing node died', {
  skip,
}, async () => {
  const [port, busPort] = [await freePort(), await freePort()]
  await startNode(ONE!, port, busPort)
  await startNode(TWO!, port, busPort)
  const command = (host: string, ...args: string[]) =>
    execFileSync('redis-cli', ['-h', host, '-p', String(port), ...args], { encoding: 'utf8' })
  const becomes = (host: string, role: 'master' | 'slave') =>
    until(() => command(host, 'ROLE'), new RegExp(`^${role}`))
  const follows = (host: string) => until(() => command(host, 'INFO', 'replication'), /master_link_status:up/)
  command(TWO!, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
  command(ONE!, 'CLUSTER', 'MEET', TWO!, String(port), String(busPort))
  await until(() => command(ONE!, 'CLUSTER', 'NODES'), new RegExp(`${TWO}:${port}@.*0-16383`))
  command(ONE!, 'CLUSTER', 'REPLICATE', command(TWO!, 'CLUSTER', 'MYID').trim())
  await follows(ONE!)
  await until(() => command(TWO!, 'CLUSTER', 'INFO'), /cluster_state:ok/)

  // The name resolves to the node that does not accept writes.
  const redis = await connectRedis({ url: `redis://localhost:${port}` })
  after(() => redis.close())
  const options = { electionId: 'failover', fingerprint: 'f' }
  const keys = redisKeyStatus(redis, options)
  const loading = redisKeyLoading(redis, options)
  await loading.begin(VOTERS)
  await loading.load(issued)
  await loading.finish()
  /**
   * Retries until the writing node has answered. "unavailable" means that nothing was done. A call
   * on its way to a node that died is doubtful; the same ballot may be reserved again.
   */
  const reserve = async (voter: number) => {
    for (;;) {
      const [answer] = await keys.reserve([reservationOf(voter)])
      if (answer !== 'unavailable' && answer !== 'doubtful') return answer
      await sleep(20)
    }
  }
  const use = async (voter: number) => {
    assert.deepEqual(await reserve(voter), { is: 'reserved', district: 0 }, `voter ${voter}`)
    const { tag, nonceHex, choices, retryMark } = reservationOf(voter)
    const ballot = { tag, district: 0, nonceHex, choices, retryMark }
    assert.deepEqual(await keys.use([ballot]), ['used'])
    // What MemoryDB does before it answers.
    while (Number(await redis.send('WAIT', '1', '200')) < 1);
  }
  await use(0)

  command(ONE!, 'CLUSTER', 'FAILOVER', 'TAKEOVER')
  await becomes(TWO!, 'slave')
  await follows(TWO!)
  await use(1)
  assert.deepEqual((await keys.count()).used, 2)

  command(TWO!, 'CLUSTER', 'FAILOVER', 'TAKEOVER')
  await becomes(ONE!, 'slave')
  await follows(ONE!)
  await use(2)
  await kill(TWO!)
  command(ONE!, 'CLUSTER', 'FAILOVER', 'TAKEOVER')
  await becomes(ONE!, 'master')
  assert.deepEqual(await reserve(3), { is: 'reserved', district: 0 })
  for (const voter of [0, 1, 2]) assert.match(JSON.stringify(await reserve(voter)), /used/)
})
