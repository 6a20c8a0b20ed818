/**
 * The original architecture (bench/peers/fastapi), installed into a folder of its own and run on the same engines: uvicorn
 * with uvloop and httptools, keys in Redis, votes to Kafka with acks=all, one consumer that counts.
 */
import { type ChildProcess, type ExecFileSyncOptions, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Admin } from '@platformatic/kafka'
import { createClient } from '@redis/client'
import { parse } from 'csv-parse'
import type { BenchEngines } from './cluster-engines.ts'
import { DEFINITION } from './elections.ts'

const PEER = fileURLToPath(new URL('./peers/fastapi/', import.meta.url))
const TOPIC = 'peer_votes'
const START_LIMIT_MS = 30_000
const KEYS_PER_CALL = 5_000

export interface Peer {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Needs a Python 3 with venv, and its package registry for the first time. */
export function installPeer(dir: string): string {
  const venv = join(dir, 'fastapi')
  const python = join(venv, 'bin', 'python')
  if (existsSync(python)) return venv
  const quiet: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'] }
  execFileSync('python3', ['-m', 'venv', venv], quiet)
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(PEER, 'requirements.txt')], quiet)
  return venv
}

/** Puts the keys of a key file where the peer looks for them: a hash of personal_id to guid. */
export async function loadPeerKeys(engines: BenchEngines, keysFile: string): Promise<void> {
  const redis = createClient({ url: engines.REDIS_URL })
  await redis.connect()
  let fields: string[] = []
  const rows = createReadStream(keysFile).pipe(parse({ columns: true }))
  for await (const { personal_id, guid } of rows as AsyncIterable<Record<string, string>>) {
    fields.push(personal_id!, guid!)
    if (fields.length < KEYS_PER_CALL * 2) continue
    await redis.sendCommand(['HSET', 'voters', ...fields])
    fields = []
  }
  if (fields.length > 0) await redis.sendCommand(['HSET', 'voters', ...fields])
  redis.destroy()
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [engines.KAFKA_BROKERS] })
  await admin.createTopics({ topics: [TOPIC], partitions: 12, replicas: 1 })
  await admin.close()
}

export async function startPeer(engines: BenchEngines, venv: string, workers: number): Promise<Peer> {
  const port = await freePort()
  const env = {
    ...process.env,
    REDIS_URL: engines.REDIS_URL,
    KAFKA_BROKERS: engines.KAFKA_BROKERS,
    PEER_TOPIC: TOPIC,
    PEER_CANDIDATES: DEFINITION.contests[0]!.options.flatMap(({ id, name }) => [id, name]).join(','),
  }
  const python = join(venv, 'bin', 'python')
  const options = {
    cwd: PEER,
    env,
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
  }
  const gateway = spawn(
    python,
    [
      ...['-m', 'uvicorn', 'gateway:app', '--host', '127.0.0.1', '--port', String(port)],
      ...['--loop', 'uvloop', '--http', 'httptools', '--workers', String(workers)],
      ...['--no-access-log', '--log-level', 'warning', '--backlog', '4096'],
    ],
    options,
  )
  const counter = spawn(python, ['counter.py'], options)
  const url = `http://127.0.0.1:${port}`
  const untilMs = performance.now() + START_LIMIT_MS
  while (!(await answers(url))) {
    if (performance.now() > untilMs || gateway.exitCode !== null) throw new Error('the peer did not start')
    await sleep(100)
  }
  return {
    url,
    stop: async () => {
      await Promise.all([end(gateway), end(counter)])
    },
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
