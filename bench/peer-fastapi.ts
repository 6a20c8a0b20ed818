/**
 * The original architecture (bench/peers/fastapi), installed into its own folder and run on the
 * same engines: uvicorn with uvloop and httptools, keys in Redis, votes to Kafka with acks=all, one
 * consumer that counts.
 */
import {
  type ChildProcess,
  type ExecFileSyncOptions,
  execFileSync,
  type SpawnOptions,
  spawn,
} from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Admin } from '@platformatic/kafka'
import { createClient } from '@redis/client'
import { parse } from 'csv-parse'
import type { BenchEngines } from './cluster-engines.ts'
import { DEFINITION } from './elections.ts'

const PEER = fileURLToPath(new URL('./peers/fastapi/', import.meta.url))
/** A topic for each way of counting, so that each count starts at its own topic's end. */
export const PEER_TOPICS = { plain: 'peer_votes', spark: 'peer_votes_spark', sink: 'peer_counts' } as const
/** The same number as ours. */
const PARTITIONS = 6
const START_LIMIT_MS = 30_000
const COUNT_LIMIT_MS = 60_000
const KEYS_PER_CALL = 5_000

export interface Peer {
  readonly url: string
  /**
   * Waits until its counter has counted this number of records of the topic.
   * @throws if it has no counter
   */
  readonly counted: (records: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Needs Python 3 with venv; the first call downloads packages. */
export function installPeer(dir: string): string {
  const venv = join(dir, 'fastapi')
  const python = join(venv, 'bin', 'python')
  if (existsSync(python)) return venv
  const quiet: ExecFileSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'] }
  execFileSync('python3', ['-m', 'venv', venv], quiet)
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', join(PEER, 'requirements.txt')], quiet)
  return venv
}

/** Writes the keys of a key file to the peer's Redis hash of personal_id to guid. */
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
}

export async function makePeerTopics(engines: BenchEngines): Promise<void> {
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [engines.KAFKA_BROKERS] })
  await admin.createTopics({ topics: Object.values(PEER_TOPICS), partitions: PARTITIONS, replicas: 1 })
  await admin.close()
}

export interface PeerOptions {
  readonly workers: number
  readonly topic: string
  /** Whether its own consumer counts. */
  readonly counter: boolean
}

export async function startPeer(
  engines: BenchEngines,
  venv: string,
  { workers, topic, counter: counts }: PeerOptions,
): Promise<Peer> {
  const port = await freePort()
  const env = {
    ...process.env,
    REDIS_URL: engines.REDIS_URL,
    KAFKA_BROKERS: engines.KAFKA_BROKERS,
    PEER_TOPIC: topic,
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
  const counter = counts ? startCounter(python, options) : undefined
  const url = `http://127.0.0.1:${port}`
  const untilMs = performance.now() + START_LIMIT_MS
  while (!(await answers(url))) {
    if (performance.now() > untilMs || gateway.exitCode !== null) throw new Error('the peer did not start')
    await sleep(100)
  }
  return {
    url,
    counted: async (records) => {
      if (counter === undefined) throw new Error('this peer has no counter')
      await counter.counted(records)
    },
    stop: async () => {
      await Promise.all([end(gateway), counter?.stop()])
    },
  }
}

/** Starts the consumer, which prints its count as JSON lines. */
function startCounter(python: string, options: SpawnOptions) {
  const child = spawn(python, ['counter.py'], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  let count = -1
  createInterface(child.stdout!).on('line', (line) => {
    count = (JSON.parse(line) as { counted: number }).counted
  })
  return {
    counted: async (records: number): Promise<void> => {
      const untilMs = performance.now() + COUNT_LIMIT_MS
      while (count < records) {
        if (performance.now() > untilMs) throw new Error(`the peer counted ${count} of ${records} votes`)
        await sleep(50)
      }
    },
    stop: () => end(child),
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
