/**
 * The real engines for tests, started by tools/engines. The first test file that needs them starts
 * them; the others of the run find them through their folder. If a single file runs without the
 * run's global set-up, its process has its own engines, which stop with it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Addresses } from '../tools/engines/addresses.ts'
import { clusterOwner, type RunningCluster, runningCluster } from '../tools/engines/cluster.ts'
import type { EngineName } from '../tools/engines/engine-name.ts'
import { ENGINE_NAMES, killEngine, startEngine, stopEngine } from '../tools/engines/lifecycle.ts'

export const CLUSTER_MAIN = fileURLToPath(new URL('../tools/engines/main.ts', import.meta.url))

/**
 * Environment variables: the run's folder for the engines, and the process that they must not
 * outlive.
 */
export const FOLDER_VARIABLE = 'ELECTIONS_TEST_ENGINES'
export const RUNNER_VARIABLE = 'ELECTIONS_TEST_RUNNER'

/** Includes the downloads of a first run. */
const START_LIMIT_MS = 600_000
const POLL_MS = 100

export interface Engines extends Addresses {
  /** The cluster's data folder. */
  readonly dir: string
  readonly control: EngineControl
}

/**
 * Faults on demand. A test must restart what it stops, because other tests use the same engines.
 */
export interface EngineControl {
  /** Sends SIGKILL; resolves when the process has ended. */
  readonly kill: (name: EngineName) => Promise<void>
  /** Stops the engine cleanly; resolves when the process has ended. */
  readonly stop: (name: EngineName) => Promise<void>
  /** Starts the engine; resolves when it is healthy on the same port with its data. */
  readonly start: (name: EngineName) => Promise<void>
}

/** Makes a folder for the engines. PostgreSQL's user must be able to enter it. */
export function engineFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'elections-engines-'))
  chmodSync(dir, 0o711)
  return dir
}

let started: Promise<Engines> | undefined

/** Returns the addresses of healthy engines, and functions that stop one. */
export function engines(): Promise<Engines> {
  started ??= startOrFind()
  return started
}

async function startOrFind(): Promise<Engines> {
  const shared = process.env[FOLDER_VARIABLE]
  const dir = shared ?? engineFolder()
  const cluster = runningCluster(dir) ?? (await startCluster(dir, shared === undefined))
  // A failed test may have left an engine stopped.
  await Promise.all(ENGINE_NAMES.map((name) => startEngine(cluster.site, name)))
  return enginesOf(cluster)
}

function enginesOf({ site, addresses }: RunningCluster): Engines {
  return {
    ...addresses,
    dir: site.dir,
    control: {
      kill: (name) => killEngine(site.dir, name),
      stop: (name) => stopEngine(site.dir, name),
      start: (name) => startEngine(site, name),
    },
  }
}

async function startCluster(dir: string, isOurs: boolean): Promise<RunningCluster> {
  mkdirSync(dir, { recursive: true, mode: 0o711 })
  const logFile = join(dir, `start-${process.pid}.log`)
  const child = launch(dir, logFile, isOurs)
  const exit = once(child, 'exit').then(([code]) => ({ code: code as number | null }))
  let exited: { readonly code: number | null } | undefined
  void exit.then((how) => {
    exited = how
  })
  const untilMs = performance.now() + START_LIMIT_MS
  for (;;) {
    const cluster = runningCluster(dir)
    if (cluster !== undefined) return cluster
    // If another process was first, ours ends at once, and we wait for theirs.
    if (exited !== undefined && clusterOwner(dir) === undefined)
      throw new Error(`the engines did not start (exit ${exited.code}):\n${readFileSync(logFile, 'utf8')}`)
    if (performance.now() > untilMs) throw new Error(`the engines take too long to start: ${dir}`)
    await sleep(POLL_MS)
  }
}

/**
 * Starts a process that stops with the run, or with this process if there is no run.
 */
function launch(dir: string, logFile: string, isOurs: boolean): ChildProcess {
  const until = isOurs ? String(process.pid) : process.env[RUNNER_VARIABLE]
  const args = [CLUSTER_MAIN, '--data', dir, '--ports', 'auto']
  if (until !== undefined) args.push('--while', until)
  if (isOurs) args.push('--temporary')
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const log = openSync(logFile, 'w')
  try {
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log], env })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}
