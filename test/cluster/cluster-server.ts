/**
 * The product on real engines, for tests: elections created by `elections init --cluster`, servers
 * of any role as separate processes, a crowd that votes at several gateways, and a check of all
 * counts at the end.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import type { ResultsSnapshot } from '../../src/core/status/snapshot.ts'
import type { Role } from '../../src/server/cluster/roles.ts'
import { runSimulation, type SimulationReport } from '../../src/simulator/run.ts'
import { NO_SHARES } from '../../src/simulator/shares.ts'
import { type Engines, engines } from '../engines.ts'
import type { PutForward } from '../moved-clock.ts'
import { type Key, MAIN, openElectionFile, type RunEnd, readKeys, rollOf, runCli } from '../server.ts'

/**
 * Long, for busy machines: the limit detects that nothing happens, not how fast it should happen.
 */
export const LIMIT_MS = 180_000
/** How much of a server's last output is kept: enough for its last fault. */
const LAST_WORDS = 2_000

export interface ClusterServer {
  readonly url: string
  readonly role: Role
  readonly pid: number
  /** The processes that serve at its port, if there are several, as of the moment it was ready. */
  readonly workers: readonly number[]
  /** Sends SIGTERM; resolves to the exit code. */
  readonly stop: () => Promise<number | null>
  /** `kill -9`. */
  readonly kill: () => Promise<void>
  /** Resolves to the signal when it has ended, for any reason. */
  readonly ended: () => Promise<NodeJS.Signals | null>
  readonly stderr: () => string
}

export interface ClusterElection {
  readonly id: string
  readonly keysFile: string
  /** Returns unused keys. */
  readonly take: (voters: number) => readonly Key[]
}

export interface Product {
  readonly site: Engines
  readonly dataDir: string
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** @param more options of `elections init` */
  readonly init: (
    voters: number,
    changes?: Partial<DefinitionFile>,
    ...more: readonly string[]
  ) => Promise<ClusterElection>
  /** @param more options of `elections serve` */
  readonly serve: (
    role: Role,
    env?: Readonly<Record<string, string>>,
    ...more: readonly string[]
  ) => Promise<ClusterServer>
  /** Runs `elections COMMAND --cluster --data DIR …`. */
  readonly cli: (command: string, ...args: string[]) => Promise<RunEnd>
  /** The same without the data folder, for commands that do not need it. */
  readonly cliWithoutData: (...args: string[]) => Promise<RunEnd>
  /** Ends every server and removes the folder. */
  readonly end: () => Promise<void>
}

/** Servers of running tests: if a test waits in vain, their output explains it. */
const running = new Set<ClusterServer>()

/**
 * @param clock the clock of its commands and servers, if not the machine's
 * @param others addresses and settings of the engines, if not the run's
 */
export async function product(
  clock?: PutForward,
  others?: Readonly<Record<string, string>>,
): Promise<Product> {
  const site = await engines()
  // Engines that a person keeps running may have an older schema.
  if (others === undefined) await migrate({ url: site.DATABASE_URL })
  const dir = mkdtempSync(join(tmpdir(), 'elections-cluster-'))
  const dataDir = join(dir, 'data')
  const { REDIS_URL, KAFKA_BROKERS, DATABASE_URL, SPARK_REMOTE, SPARK_CHECKPOINTS } = site
  const env = {
    REDIS_URL,
    KAFKA_BROKERS,
    DATABASE_URL,
    SPARK_REMOTE,
    SPARK_CHECKPOINTS,
    ...others,
    ...clock?.env,
  }
  const servers: ClusterServer[] = []
  const cli: Product['cli'] = (command, ...args) =>
    runCli([command, '--cluster', '--data', dataDir, ...args], env)
  return {
    site,
    dir,
    dataDir,
    env,
    cli,
    cliWithoutData: (...args) => runCli(args, env),
    init: async (voters, changes = {}, ...more) => {
      // Other tests have other elections on these engines.
      const id = `product-${randomBytes(4).toString('hex')}`
      const [definition, roll, keysFile] = ['json', 'csv', 'keys.csv'].map((kind) =>
        join(dir, `${id}.${kind}`),
      ) as [string, string, string]
      writeFileSync(definition, JSON.stringify({ ...openElectionFile(changes), id }))
      const lines = rollOf(voters).map(({ personal_id, district }) => `${personal_id},${district}`)
      writeFileSync(roll, `personal_id,district\n${lines.join('\n')}\n`)
      const files = ['--definition', definition, '--roll', roll, '--keys', keysFile]
      const run = await cli('init', ...files, ...more)
      assert.equal(run.code, 0, run.stderr)
      const fresh = readKeys(keysFile)
      return { id, keysFile, take: (count) => fresh.splice(0, count) }
    },
    serve: async (role, changes = {}, ...more) => {
      const args = ['serve', '--cluster', '--data', dataDir, '--role', role, '--port', '0', '--json', ...more]
      const server = await started(role, args, { ...env, ...changes })
      servers.push(server)
      running.add(server)
      return server
    },
    end: async () => {
      await Promise.all(servers.map((server) => server.stop()))
      for (const server of servers) running.delete(server)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function started(
  role: Role,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ClusterServer> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr!.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const ready = await Promise.race([
    once(createInterface(child.stdout!), 'line').then(
      ([line]) => JSON.parse(line as string) as { url: string; workers?: readonly number[] },
    ),
    exited.then(([code]) => assert.fail(`the ${role} ended with ${code}: ${stderr}`)),
  ])
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      // A server that a test has halted receives no signal before it continues.
      child.kill('SIGCONT')
    }
    return (await exited)[0]
  }
  return {
    url: ready.url,
    role,
    pid: child.pid!,
    workers: ready.workers ?? [],
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    ended: () =>
      within(`the ${role} ${child.pid} to end`, exited, () => lastWords(role, child.pid!, stderr)).then(
        ([, signal]) => signal,
      ),
    stderr: () => stderr,
  }
}

const lastWords = (role: Role, pid: number, stderr: string): string =>
  `\n--- the ${role} ${pid} wrote at the end:\n${stderr.slice(-LAST_WORDS)}`

async function within<T>(what: string, promise: Promise<T>, words: () => string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}${words()}`)), LIMIT_MS)
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/**
 * Polls until `come` returns something; an error of `come` counts as "not yet".
 *
 * @throws {Error} with the last output of every server of the test
 */
export async function until<T>(
  what: string,
  come: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = LIMIT_MS,
  everyMs = 100,
): Promise<T> {
  const untilMs = performance.now() + limitMs
  let last: unknown = 'nothing came'
  while (performance.now() < untilMs) {
    try {
      const found = await come()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      last = error
    }
    await sleep(everyMs)
  }
  const words = [...running].map(({ role, pid, stderr }) => lastWords(role, pid, stderr())).join('')
  throw new Error(`waited in vain for ${what}${words}`, { cause: last })
}

export async function results(url: string, electionId: string): Promise<ResultsSnapshot> {
  const answer = await fetch(`${url}/elections/${electionId}/results`)
  assert.equal(answer.status, 200)
  return (await answer.json()) as ResultsSnapshot
}

/** A vote for the first contest's option, with the given headers. */
export function castVote(
  url: string,
  electionId: string,
  { personal_id, guid }: Key,
  option: string,
  idempotencyKey?: string,
): Promise<Response> {
  return fetch(`${url}/elections/${electionId}/ballots`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify({ personal_id, guid, contests: { mayor: [option] } }),
  })
}

export interface CrowdOptions {
  readonly rate?: number
  readonly seed?: number
  /** Called once, when this many votes have been accepted; the crowd continues meanwhile. */
  readonly when?: { readonly accepted: number; readonly go: () => Promise<unknown> }
  /** Whether no other test votes meanwhile. */
  readonly alone?: boolean
  /** A gateway that dies, and cannot be queried at the end. */
  readonly dead?: ClusterServer
}

/** Votes with every key at all the gateways, and compares all counts. */
export async function crowd(
  gateways: readonly ClusterServer[],
  { id }: ClusterElection,
  keys: readonly Key[],
  { rate = 100, seed = 1, when, alone = true, dead }: CrowdOptions = {},
): Promise<SimulationReport> {
  const [first, ...others] = gateways.map(({ url }) => new URL(url)) as [URL, ...URL[]]
  let fault: Promise<unknown> | undefined
  const given = new AbortController()
  const failed = Promise.withResolvers<never>()
  const voting = runSimulation(
    {
      url: first,
      alsoAt: others,
      cluster: true,
      election: id,
      keys: (async function* () {
        yield keys
      })(),
      rate,
      shares: { ...NO_SHARES, double: 0.05, retry: 0.05, wrong: 0.03 },
      targets: [],
      connections: 32,
      seed,
      patienceMs: LIMIT_MS,
      runId: randomBytes(6).toString('hex'),
      nowMs: () => performance.now(),
    },
    {
      signal: given.signal,
      onProgress: ({ accepted }) => {
        if (when && accepted >= when.accepted) {
          fault ??= when.go()
          // If the fault itself failed, the rest need not finish.
          fault.catch((error: Error) => {
            given.abort()
            failed.reject(error)
          })
        }
      },
    },
  )
  const report = await Promise.race([voting, failed.promise])
  if (when) await (fault ?? assert.fail('the fault never came'))
  const { totals, reconciliation } = report
  assert.deepEqual(
    { accepted: totals.accepted, unanswered: totals.unanswered, strange: totals.strange },
    { accepted: keys.length, unanswered: 0, strange: {} },
  )
  const wrong = reconciliation.lines.filter(({ balances, what, note }) => {
    if (balances || (!alone && /check whether somebody else voted/.test(note ?? ''))) return false
    return dead === undefined || !what.startsWith(new URL(dead.url).host)
  })
  assert.deepEqual(wrong, [])
  return report
}

/**
 * Every gateway shows this number of ballots, its four counters are equal, and its result equals a
 * recount's byte for byte.
 */
export async function assertBooks(
  { cli }: Product,
  gateways: readonly ClusterServer[],
  { id }: ClusterElection,
  ballots: number,
): Promise<void> {
  for (const { url } of gateways) {
    const shown = await until(`${ballots} ballots at ${url}`, async () => {
      const now = await results(url, id)
      const { cast, invariant, pipeline } = now
      if (cast === ballots && !invariant.settling) return now
      throw new Error(`it shows ${JSON.stringify({ cast, invariant, pipeline })}`)
    })
    // A closed log has one more figure to compare.
    const { matches_log, ...counters } = shown.invariant
    assert.notEqual(matches_log, false)
    assert.deepEqual(counters, {
      keys_used: ballots,
      ballots_stored: ballots,
      ballots_tallied: ballots,
      ballots_summed: ballots,
      holds: true,
    })
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
  }
  const recount = await cli('tally', '--election', id, '--json')
  assert.equal(recount.code, 0, recount.stderr)
  for (const { url } of gateways)
    assert.equal(await (await fetch(`${url}/elections/${id}/results.json`)).text(), recount.stdout)
}

/** Reads a gateway's stream of results until it is closed. */
export function watch(
  { url }: ClusterServer,
  { id }: ClusterElection,
  onSnapshot: (snapshot: ResultsSnapshot) => void,
): { readonly close: () => Promise<void> } {
  const controller = new AbortController()
  const reading = (async () => {
    const answer = await fetch(`${url}/elections/${id}/results/stream`, { signal: controller.signal })
    let held = ''
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const events = (held + chunk).split('\n\n')
      held = events.pop()!
      for (const event of events) {
        const data = /^id: \d+\ndata: (.*)$/.exec(event)?.[1]
        if (data) onSnapshot(JSON.parse(data) as ResultsSnapshot)
      }
    }
    // It may end with its server; only what was seen until then matters.
  })().catch(() => {})
  return {
    close: async () => {
      controller.abort()
      await reading
    },
  }
}
