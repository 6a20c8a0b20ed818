/**
 * One engine of a cluster: start, stop, kill, look. Engines are processes of their own that outlive
 * whoever started them; a record in the data folder says which they are, so any process may do
 * this, not just the one that owns the cluster. Whoever wants an engine down removes its record;
 * one that is gone and has its record died by itself.
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
/** Those that use others before those that are used. */
export const STOP_ORDER: readonly EngineName[] = ['spark', 'kafka', 'redis', 'postgres']

/** A busy machine may take long over a Java start. */
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
  /** What it answered. */
  readonly answer?: string
}

/** @throws {ClusterRefusal} where no cluster was ever started in that folder */
export function siteOf(dir: string): Site {
  const ports = rememberedPorts(dir)
  if (ports === undefined) throw new ClusterRefusal(`${dir}: no cluster was started in this folder`)
  return { dir, ports, listen: rememberedListen(dir), secrets: secretsOf(dir) }
}

/** The engine's process; `undefined` where it is meant to be down. It may have died. */
export function recordedProcess(dir: string, name: EngineName): ProcessRecord | undefined {
  return readJson<ProcessRecord>(recordFile(dir, name))
}

export function hasDied(dir: string, name: EngineName): boolean {
  const record = recordedProcess(dir, name)
  return record !== undefined && !isAlive(record)
}

/**
 * Starts it and waits until it is healthy; at once where it runs already.
 * @throws {Error} with what it last said, where it ends or does not answer in time
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
    const said = lastWords(site.dir, engine.name)
    if (!engine.passes?.(said) || performance.now() > untilMs)
      throw new Error(`${engine.title} ended while it was starting:\n${said}`)
    await sleep(POLL_MS * 5)
  }
}

/** @returns `undefined` where it has ended already */
async function launched(engine: Engine, { dir }: Site, launch: Launch): Promise<ProcessRecord | undefined> {
  const output = openSync(consoleLog(dir, engine.name), 'w', 0o600)
  try {
    const child = spawn(launch.file, launch.args, {
      cwd: launch.cwd,
      // A session of its own: a Ctrl-C in the terminal must not reach it before its turn.
      detached: true,
      stdio: ['ignore', output, output],
      // Nothing of ours that would change it: JAVA_TOOL_OPTIONS, PGDATA, KAFKA_HEAP_OPTS, ….
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

/** @returns false where it ended; @throws where it does not answer in time */
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
      // Something else may have answered on its port while it found that port taken and ended.
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

/**
 * Ends it in good order, or by force where it takes too long; it is meant to be down from then on.
 */
export async function stopEngine(dir: string, name: EngineName): Promise<void> {
  const record = recordedProcess(dir, name)
  remove(recordFile(dir, name))
  if (record !== undefined) await end(record, ENGINES[name].stopSignal, STOP_GRACE_MS)
}

/** `kill -9`: it is meant to be down from then on, until it is started. */
export async function killEngine(dir: string, name: EngineName): Promise<void> {
  const record = recordedProcess(dir, name)
  remove(recordFile(dir, name))
  if (record === undefined) return
  send(record, 'SIGKILL')
  if (!(await ended(record, STOP_GRACE_MS)))
    throw new Error(`${ENGINES[name].title} (process ${record.pid}) outlives a kill -9`)
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
