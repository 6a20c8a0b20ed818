/**
 * Honest votes while a million wrong keys come from ten thousand addresses, by a proxy that is
 * trusted, to two gateways of one cluster; and what that leaves in memory, on disk and in the
 * gateways' log lines.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectRedis } from '../src/adapters/redis/connection.ts'
import { type BenchEngines, benchEngines } from './cluster-engines.ts'
import { makeElection } from './elections.ts'
import { CLI, residentBytes } from './processes.ts'
import { type Figure, whole } from './report.ts'

/** At most, and for fewer wrong keys fewer. */
const MOST_KEYS = 400_000
const LEAST_KEYS = 60_000
const VOTERS = 8
const QUIET_S = 5
/** Wrong keys a second, both gateways together: a million takes less than seven minutes. */
const RATE = 2_500
/** However far they have come: the whole bench ends within ten minutes. */
const MOST_S = 480
const MEMORY_LIMIT = 200e6
const LOG_LIMIT = 20_000
const DISK_LIMIT = 1e6
const LOOK_MS = 250
/** Between two rounds of honest votes: keys are as many as they are. */
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
 * @param wrong wrong keys in all @param started those of the environment's addresses; its own if
 *   left out
 */
export async function benchGuess(wrong: number, started?: GuessEngines): Promise<Figure[]> {
  const engines = started ?? (await benchEngines())
  const election = await makeElection(Math.min(MOST_KEYS, LEAST_KEYS + wrong / 2), ['--cluster'])
  const gateways: Gateway[] = []
  try {
    for (let i = 0; i < 2; i++) gateways.push(await gateway(election.dataDir))
    const [one] = gateways as [Gateway]
    let first = 0
    const voters = async (seconds: number) => {
      const args = [one.url, election.keysFile, first, seconds, VOTERS, '/vote', '"candidate":"ada"'].map(
        String,
      )
      const report = JSON.parse(await lineOf(start('./abuse-voters.ts', args))) as Report
      first = report.next
      return report
    }
    await voters(QUIET_S)
    const before = await voters(QUIET_S)
    const most = watch(gateways)
    const diskBefore = bytesIn(election.dataDir)
    const attacker = start(
      './guess-attack.ts',
      [wrong, RATE, MOST_S, ...gateways.map(({ url }) => url)].map(String),
    )
    const lines = createInterface(attacker.stdout!)[Symbol.asyncIterator]()
    await lines.next()
    const ended = lines.next()
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    const rounds: Report[] = []
    const pauseMs = Math.min(MOST_PAUSE_MS, (wrong / RATE) * 100)
    while (!isOver) {
      rounds.push(await voters(QUIET_S))
      if (!isOver) await Promise.race([ended, sleep(pauseMs)])
    }
    const during = together(rounds)
    const told = JSON.parse((await ended).value ?? '') as Told
    const grewBy = most.stop()
    const disk = bytesIn(election.dataDir) - diskBefore
    const after = await voters(QUIET_S)
    const ratio = during.perSecond / ((before.perSecond + after.perSecond) / 2)
    const logged = gateways.reduce((sum, { loggedBytes }) => sum + loggedBytes(), 0)
    return [
      {
        what: `${whole(wrong)} wrong keys, 10,000 addresses, 2 gateways: votes kept`,
        ...{ value: ratio.toFixed(2), goal: '≥ 0.80', reached: ratio >= 0.8 },
      },
      {
        what: '  memory of a gateway grew by at most, MB',
        ...{
          value: whole(grewBy / 1e6),
          goal: `≤ ${whole(MEMORY_LIMIT / 1e6)}`,
          reached: grewBy <= MEMORY_LIMIT,
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
      { what: '  bytes of the stream in Redis', value: whole(await streamBytes(engines.REDIS_URL)) },
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
        ...{ value: whole(told.answered), goal: whole(wrong), reached: told.answered >= wrong },
      },
      {
        what: '  wrong keys a second; answered',
        value: `${whole(told.answered / told.seconds)}; ${JSON.stringify(told.answers)}`,
      },
      {
        what: `  cores of ${cpus().length} for the guesser`,
        value: (told.cpuSeconds / told.seconds).toFixed(2),
      },
    ]
  } finally {
    for (const each of gateways) await each.stop()
    election.remove()
    await engines.stop()
  }
}

/** Of rounds that all lay within the attack, but perhaps for the last one's end. */
function together(rounds: readonly Report[]): Omit<Report, 'next'> {
  const whole = rounds.length > 1 ? rounds.slice(0, -1) : rounds
  return {
    perSecond: whole.reduce((sum, { perSecond }) => sum + perSecond, 0) / whole.length,
    failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  }
}

interface Report {
  readonly next: number
  readonly perSecond: number
  readonly failed: number
}

interface Told {
  readonly sent: number
  readonly answered: number
  readonly answers: Readonly<Record<string, number>>
  readonly seconds: number
  readonly cpuSeconds: number
}

async function gateway(dataDir: string): Promise<Gateway> {
  const args = [
    'serve',
    '--cluster',
    '--data',
    dataDir,
    '--role',
    'gateway',
    '--port',
    '0',
    '--json',
    '--trust-proxy',
  ]
  const child = spawn(process.execPath, [CLI, ...args], {
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

/** The most that any of them holds from now on, more than now. */
function watch(gateways: readonly Gateway[]): { readonly stop: () => number } {
  const startBytes = gateways.map(({ pid }) => residentBytes(pid))
  let most = 0
  const look = () => {
    for (const [i, { pid }] of gateways.entries()) most = Math.max(most, residentBytes(pid) - startBytes[i]!)
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    stop: () => {
      clearInterval(timer)
      look()
      return most
    },
  }
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

function start(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function lineOf(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string]
  return line
}
