/**
 * Honest votes while two gateways of a cluster get a million wrong keys from 10,000 addresses
 * through a trusted proxy; and what the attack leaves in memory, on disk and in the gateways' log
 * lines.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis } from '../src/adapters/redis/connection.ts'
import { type BenchEngines, benchEngines } from './cluster-engines.ts'
import { makeElection } from './elections.ts'
import { residentBytes, SERVE } from './processes.ts'
import { type Figure, whole } from './report.ts'
import { lineOf, startScript, type VotersReport, votersOf } from './voters.ts'

/** Largest number of voter keys; fewer wrong keys need fewer. */
const MOST_KEYS = 700_000
const LEAST_KEYS = 60_000
const QUIET_S = 5
/** Wrong keys per second at both gateways: a million takes less than 7 min. */
const RATE = 2_500
/** The attack ends after this time, so that the benchmark ends within 10 min. */
const MOST_S = 480
const MEMORY_LIMIT = 200e6
const KEPT_LIMIT = 30e6
const LOG_LIMIT = 20_000
const DISK_LIMIT = 1e6
const LOOK_MS = 250
const ASK_MS = 1_000
/** Longest pause between two rounds of honest votes, which must not use up the keys. */
const MOST_PAUSE_MS = 10_000

export const WRONG_KEYS = 1_000_000

type GuessEngines = Pick<BenchEngines, 'REDIS_URL' | 'stop'>

interface Gateway {
  readonly url: string
  readonly pid: number
  readonly loggedBytes: () => number
  readonly stop: () => Promise<void>
}

/**
 * @param wrong number of wrong keys
 * @param started the engines to use; starts its own if left out
 */
export async function benchGuess(wrong: number, started?: GuessEngines): Promise<Figure[]> {
  const engines = started ?? (await benchEngines())
  const keys = Math.min(MOST_KEYS, LEAST_KEYS + wrong)
  const election = await makeElection(keys, ['--cluster'])
  const gateways: Gateway[] = []
  try {
    for (let i = 0; i < 2; i++) gateways.push(await gateway(election.dataDir))
    const [one] = gateways as [Gateway]
    const { keysFile } = election
    const voters = votersOf({ url: one.url, keysFile, keys, path: '/vote', choices: '"candidate":"ada"' })
    await voters(QUIET_S)
    const before = await voters(QUIET_S)
    const most = watch(gateways)
    const diskBefore = bytesIn(election.dataDir)
    const attacker = startScript('./guess-attack.ts', [
      wrong,
      RATE,
      MOST_S,
      ...gateways.map(({ url }) => url),
    ])
    const lines = createInterface(attacker.stdout!)[Symbol.asyncIterator]()
    await lines.next()
    const ended = lines.next()
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    const rounds: VotersReport[] = []
    const pauseMs = Math.min(MOST_PAUSE_MS, (wrong / RATE) * 100)
    while (!isOver) {
      rounds.push(await voters(QUIET_S))
      if (!isOver) await Promise.race([ended, sleep(pauseMs)])
    }
    const during = together(rounds)
    const attacked = JSON.parse((await ended).value ?? '') as Attacked
    const grewBy = most.stop()
    const disk = bytesIn(election.dataDir) - diskBefore
    const after = await voters(QUIET_S)
    const logged = gateways.reduce((sum, { loggedBytes }) => sum + loggedBytes(), 0)
    const stream = await streamBytes(engines.REDIS_URL)
    return figures({ wrong, before, during, after, grewBy, disk, logged, stream, attacked })
  } finally {
    for (const each of gateways) await each.stop()
    election.remove()
    await engines.stop()
  }
}

interface Measured {
  readonly wrong: number
  readonly before: Rounds
  readonly during: Rounds
  readonly after: Rounds
  readonly grewBy: Grown
  /** Bytes. */
  readonly disk: number
  readonly logged: number
  readonly stream: number
  readonly attacked: Attacked
}

function figures(measured: Measured): Figure[] {
  const { wrong, before, during, after, grewBy, disk, logged, stream, attacked } = measured
  const ratio = during.perSecond / ((before.perSecond + after.perSecond) / 2)
  return [
    {
      what: `${whole(wrong)} wrong keys, 10,000 addresses, 2 gateways: votes kept`,
      ...{ value: ratio.toFixed(2), goal: '≥ 0.80', reached: ratio >= 0.8 },
    },
    {
      what: '  memory of a gateway grew by at most, MB',
      ...{
        value: whole(grewBy.most / 1e6),
        goal: `≤ ${whole(MEMORY_LIMIT / 1e6)}`,
        reached: grewBy.most <= MEMORY_LIMIT,
      },
    },
    {
      what: '  its heap, tidied up, from the second quarter to the last, MB',
      ...{
        value: whole(grewBy.kept / 1e6),
        goal: `≤ ${whole(KEPT_LIMIT / 1e6)}`,
        reached: grewBy.kept <= KEPT_LIMIT,
      },
    },
    {
      what: '  data folder grew by, kB',
      ...{ value: whole(disk / 1e3), goal: `≤ ${whole(DISK_LIMIT / 1e3)}`, reached: disk <= DISK_LIMIT },
    },
    {
      what: '  bytes logged by both gateways',
      ...{ value: whole(logged), goal: `≤ ${whole(LOG_LIMIT)}`, reached: logged <= LOG_LIMIT },
    },
    { what: '  bytes of the stream in Redis', value: whole(stream) },
    {
      what: '  votes/s before → during → after',
      value: [before, during, after].map(({ perSecond }) => whole(perSecond)).join(' → '),
    },
    {
      what: '  honest votes that failed',
      value: whole(during.failed),
      goal: '0',
      reached: during.failed === 0,
    },
    {
      what: `  of ${whole(wrong)} wrong keys, answered`,
      ...{ value: whole(attacked.answered), goal: whole(wrong), reached: attacked.answered >= wrong },
    },
    {
      what: '  wrong keys a second; answered',
      value: `${whole(attacked.answered / attacked.seconds)}; ${JSON.stringify(attacked.answers)}`,
    },
    {
      what: `  cores of ${cpus().length} for the guesser`,
      value: (attacked.cpuSeconds / attacked.seconds).toFixed(2),
    },
  ]
}

/** Adds up rounds that were within the attack, except perhaps for the end of the last one. */
function together(rounds: readonly Rounds[]): Rounds {
  const whole = rounds.length > 1 ? rounds.slice(0, -1) : rounds
  return {
    perSecond: whole.reduce((sum, { perSecond }) => sum + perSecond, 0) / whole.length,
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  }
}

type Rounds = Pick<VotersReport, 'perSecond' | 'failed'>

interface Attacked {
  readonly sent: number
  readonly answered: number
  readonly answers: Readonly<Record<string, number>>
  readonly seconds: number
  readonly cpuSeconds: number
}

async function gateway(dataDir: string): Promise<Gateway> {
  const args = ['--cluster', '--data', dataDir, '--role', 'gateway', '--port', '0', '--json', '--trust-proxy']
  const child = spawn(process.execPath, [...SERVE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'info' },
  })
  let logged = 0
  child.stderr.on('data', (chunk: Buffer) => {
    logged += chunk.length
  })
  const { url } = JSON.parse(await lineOf(child)) as { url: string }
  return {
    ...{ url, pid: child.pid!, loggedBytes: () => logged },
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

interface Grown {
  /** Largest growth of resident bytes since the start. */
  readonly most: number
  /**
   * Growth of the heap: its lowest bytes in the last quarter minus those in the second, which
   * leaves out garbage.
   */
  readonly kept: number
}

/** Watches the gateways' memory from now on. The figures are those of the larger one. */
function watch(gateways: readonly Gateway[]): { readonly stop: () => Grown } {
  const resident = gateways.map(({ pid }) => [residentBytes(pid)])
  const heaps: number[][] = gateways.map(() => [])
  const look = () => {
    for (const [i, { pid }] of gateways.entries()) resident[i]!.push(residentBytes(pid))
  }
  const askHeaps = () => {
    for (const [i, { url }] of gateways.entries())
      heapBytes(url).then(
        (bytes) => heaps[i]!.push(bytes),
        () => {},
      )
  }
  const timers = [setInterval(look, LOOK_MS), setInterval(askHeaps, ASK_MS)]
  const lowest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b))
  const quarter = (values: readonly number[], nth: number) =>
    values.slice(Math.floor((values.length * nth) / 4), Math.ceil((values.length * (nth + 1)) / 4))
  return {
    stop: () => {
      for (const timer of timers) clearInterval(timer)
      look()
      return {
        most: Math.max(...resident.map((all) => all.reduce((a, b) => Math.max(a, b)) - all[0]!)),
        kept: Math.max(...heaps.map((all) => lowest(quarter(all, 3)) - lowest(quarter(all, 1)))),
      }
    },
  }
}

async function heapBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(metrics)![1])
}

function bytesIn(dir: string): number {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

async function streamBytes(url: string): Promise<number> {
  const redis = await connectRedis({ url })
  try {
    return Number((await redis.send('MEMORY', 'USAGE', 'elections:wrong-keys')) ?? 0)
  } finally {
    await redis.close()
  }
}
