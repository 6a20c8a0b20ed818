/**
 * Starts, stops, kills and inspects one engine of a cluster. Engines are separate processes that
 * outlive the process that started them. A record in the data folder identifies them, so any
 * process may do this, not only the owner of the cluster. To take an engine down, its record is
 * removed; an engine that has ended but has a record died unexpectedly.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { secretsOf } from './addresses.ts'
import type { EngineName } from './engine-name.ts'
import type { Engine, Launch, Site } from './engines/engine.ts'
import { kafka } from './engines/kafka.ts'
import { postgres } from './engines/postgres.ts'
import { redis } from './engines/redis.ts'
import { spark } from './engines/spark.ts'
import { consoleLog, engineLockFile, engineLog, readJson, recordFile, remove, writeJson } from './folder.ts'
import { rememberedListen } from './listen.ts'
import { tryLock } from './lock.ts'
import { rememberedPorts } from './ports.ts'
import { end, ended, isAlive, type ProcessRecord, recordOf, send } from './processes.ts'
import { ClusterRefusal } from './refusal.ts'

const ENGINES: Readonly<Record<EngineName, Engine>> = { redis, postgres, kafka, spark }
export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[]
/** Engines that use others come before those that are used. */
export const STOP_ORDER: readonly EngineName[] = ['spark', 'kafka', 'redis', 'postgres']

/** A Java start can take long on a busy machine. */
const START_LIMIT_MS = 180_000
const POLL_MS = 100
const STOP_GRACE_MS = 30_000
const SAID_LINES = 15

export interface EngineState {
  readonly name: EngineName
  readonly title: string
  /** `down`: no process; `silent`: a process that does not answer. */
  readonly state: 'healthy' | 'silent' | 'down'
  readonly port: number
  readonly pid?: number
  /** Its answer. */
  readonly answer?: string
}

/** @throws {ClusterRefusal} if no cluster was ever started in that folder */
export function siteOf(dir: string): Site {
  const ports = rememberedPorts(dir)
  if (ports === undefined) throw new ClusterRefusal(`${dir}: no cluster was started in this folder`)
  return { dir, ports, listen: rememberedListen(dir), secrets: secretsOf(dir) }
}

/** The engine's process; `undefined` if it is meant to be down. It may have died. */
export function recordedProcess(dir: string, name: EngineName): ProcessRecord | undefined {
  return readJson<ProcessRecord>(recordFile(dir, name))
}

export function hasDied(dir: string, name: EngineName): boolean {
  const record = recordedProcess(dir, name)
  return record !== undefined && !isAlive(record)
}

/**
 * Starts it and waits until it is healthy; returns at once if it is healthy already.
 * @throws {Error} with its last output, if it ends or does not answer in time
 */
export async function startEngine(site: Site, name: EngineName, signal?: AbortSignal): Promise<void> {
  const unlock = tryLock(engineLockFile(site.dir, name), START_LIMIT_MS)
  if (unlock === undefined)
    throw new ClusterRefusal(`${ENGINES[name].title} is being started by another process`)
  try {
    const engine = ENGINES[name]
    const running = recordedProcess(site.dir, name)
    if (running === undefined || !isAlive(running)) await launchUntilHealthy(engine, site, signal)
    await engine.settle?.(site)
  } finally {
    unlock()
  }
}

async function launchUntilHealthy(engine: Engine, site: Site, signal?: AbortSignal): Promise<void> {
  const untilMs = performance.now() + START_LIMIT_MS
  const launch = await engine.prepare(site)
  for (;;) {
    const record = await launched(engine, site, launch)
    if (record !== undefined) {
      writeJson(recordFile(site.dir, engine.name), record)
      if (await becameHealthy(engine, site, record, untilMs, signal)) return
    }
    remove(recordFile(site.dir, engine.name))
    const output = lastWords(site.dir, engine.name)
    if (!engine.passes?.(output) || performance.now() > untilMs)
      throw new Error(`${engine.title} ended while it was starting:\n${output}`)
    await sleep(POLL_MS * 5)
  }
}

/** @returns `undefined` if it has ended already */
async function launched(engine: Engine, { dir }: Site, launch: Launch): Promise<ProcessRecord | undefined> {
  const output = openSync(consoleLog(dir, engine.name), 'w', 0o600)
  try {
    const child = spawn(launch.file, launch.args, {
      cwd: launch.cwd,
      // A separate session: a Ctrl-C in the terminal must not reach it before its turn.
      detached: true,
      stdio: ['ignore', output, output],
      // Without variables of ours that would change it: JAVA_TOOL_OPTIONS, PGDATA, KAFKA_HEAP_OPTS,
      // ….
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', ...launch.env },
      ...(launch.user && { uid: launch.user.uid, gid: launch.user.gid }),
    })
    await once(child, 'spawn')
    child.unref()
    return recordOf(child.pid!)
  } finally {
    closeSync(output)
  }
}

/**
 * @returns false if it ended
 * @throws if it does not answer in time
 */
async function becameHealthy(
  engine: Engine,
  site: Site,
  record: ProcessRecord,
  untilMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let why: unknown; ; ) {
    signal?.throwIfAborted()
    if (!isAlive(record)) return false
    try {
      await engine.ask(site)
      // Another process may have answered on its port, while it found the port taken and ended.
      return isAlive(record)
    } catch (cause) {
      why = cause
    }
    if (performance.now() > untilMs)
      throw new Error(`${engine.title} does not answer; see ${engineLog(site.dir, engine.name)}`, {
        cause: why,
      })
    await sleep(POLL_MS)
  }
}

function lastWords(dir: string, name: EngineName): string {
  const texts = [consoleLog(dir, name), engineLog(dir, name)].map((file) => {
    try {
      return readFileSync(file, 'utf8').trimEnd()
    } catch {
      return ''
    }
  })
  return texts
    .filter((text) => text !== '')
    .map((text) => text.split('\n').slice(-SAID_LINES).join('\n'))
    .join('\n')
}

/** Ends it in order, or by force if it takes too long. From then on it is meant to be down. */
export async function stopEngine(dir: string, name: EngineName): Promise<void> {
  const record = recordedProcess(dir, name)
  remove(recordFile(dir, name))
  if (record !== undefined) await end(record, ENGINES[name].stopSignal, STOP_GRACE_MS)
}

/** `kill -9`: from then on it is meant to be down, until it is started. */
export async function killEngine(dir: string, name: EngineName): Promise<void> {
  const record = recordedProcess(dir, name)
  remove(recordFile(dir, name))
  if (record === undefined) return
  send(record, 'SIGKILL')
  if (!(await ended(record, STOP_GRACE_MS)))
    throw new Error(`${ENGINES[name].title} (process ${record.pid}) survived a kill -9`)
}

export async function lookAtEngine(site: Site, name: EngineName): Promise<EngineState> {
  const engine = ENGINES[name]
  const record = recordedProcess(site.dir, name)
  const seen = { name, title: engine.title, port: engine.portOf(site) }
  if (record === undefined || !isAlive(record)) return { ...seen, state: 'down' }
  try {
    return { ...seen, state: 'healthy', pid: record.pid, answer: await engine.ask(site) }
  } catch {
    return { ...seen, state: 'silent', pid: record.pid }
  }
}
