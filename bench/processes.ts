/**
 * Child processes of a benchmark: a server that prints a line when it is ready, and a load run that
 * prints its report.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SERVER_FLAGS } from '../bin/server-flags.js'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
export const CLI = file('../src/cli/main.ts')
/** The beginning of a server's command line, after that of Node. */
export const SERVE: readonly string[] = [...SERVER_FLAGS, CLI, 'serve']

export interface BenchServer {
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
    }),
  ])) as [string]
  return line
}

async function server(args: readonly string[]): Promise<BenchServer> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'warn' },
  })
  const { url } = JSON.parse(await firstLine(child)) as { url: string }
  return {
    url,
    pid: child.pid!,
    stop: async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

export const bareServer = (): Promise<BenchServer> => server([file('./bare-server.ts')])
/** @param more arguments of `elections serve` */
export const electionServer = (dataDir: string, more: readonly string[] = []): Promise<BenchServer> =>
  server([...SERVE, '--data', dataDir, '--port', '0', '--json', ...more])

/**
 * Serves on a cluster whose addresses are in the environment, in every role.
 * @param more arguments of `elections serve`
 */
export const clusterServer = (dataDir: string, more: readonly string[] = []): Promise<BenchServer> =>
  server([...SERVE, '--cluster', '--data', dataDir, '--port', '0', '--json', ...more])

/** Serves without the public log. */
export const unloggedServer = (dataDir: string): Promise<BenchServer> =>
  server([file('./unlogged-server.ts'), dataDir])

export interface LoadReport {
  readonly seconds: number
  readonly perSecond: number
  readonly accepted: number
  /** Processor time of the load generator, including its start. */
  readonly cpuMicros: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface LoadOptions {
  readonly url: string
  readonly keysFile: string
  readonly first: number
  readonly count: number
  readonly connections: number
  /** Requests per second; 0: as fast as possible. */
  readonly rate: number
  /** A file with more header lines of each request. */
  readonly headersFile?: string
  /** The authority for https addresses. */
  readonly caFile?: string
}

export async function load(options: LoadOptions): Promise<LoadReport> {
  const { url, keysFile, first, count, connections, rate, headersFile = '', caFile = '' } = options
  const numbers = [first, count, connections, rate].map(String)
  const child = spawn(process.execPath, [file('./load.ts'), url, keysFile, ...numbers, headersFile, caFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(await firstLine(child)) as LoadReport
}

export interface MeasuredLoad extends Omit<LoadReport, 'cpuMicros'> {
  /** Processor time of the server per vote, all threads; the load generator's is left out. */
  readonly cpuMicros: number
}

/**
 * Runs a load on a server and measures the server's processor time.
 * @param restMs time after the load whose work still belongs to its votes
 * @throws Error if a vote was not accepted
 */
export async function measuredLoad(
  { url, pid }: BenchServer,
  options: Omit<LoadOptions, 'url'>,
  restMs = 0,
): Promise<MeasuredLoad> {
  const before = cpuSeconds(pid)
  const report = await load({ ...options, url })
  const { count } = options
  if (report.accepted !== count) throw new Error(`only ${report.accepted} of ${count} votes were accepted`)
  if (restMs > 0) await sleep(restMs)
  return { ...report, cpuMicros: ((cpuSeconds(pid) - before) / count) * 1e6 }
}

/** Returns the processor seconds of all threads of a process so far; NaN if not on Linux. */
export function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

/** Returns the resident bytes of a process; NaN if not on Linux. */
export function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
  } catch {
    return Number.NaN
  }
}

export function cli(args: readonly string[]): void {
  execFileSync(process.execPath, [CLI, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}
