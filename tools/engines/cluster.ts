/** The four engines together: started, watched, looked at and stopped as one. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureTopics } from '../../src/adapters/kafka/topics.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { type Addresses, addressesOf, secretsOf } from './addresses.ts'
import type { EngineName } from './engine-name.ts'
import type { Site } from './engines/engine.ts'
import { clusterFile, lockFile, makeFolder, readJson, remove, writeJson } from './folder.ts'
import { install } from './install.ts'
import {
  ENGINE_NAMES,
  type EngineState,
  hasDied,
  lookAtEngine,
  recordedProcess,
  STOP_ORDER,
  siteOf,
  startEngine,
  stopEngine,
} from './lifecycle.ts'
import { type ListenChoice, LOOPBACK, refuseOpenEngines, rememberListen } from './listen.ts'
import { tryLock } from './lock.ts'
import { partitionsHere } from './partitions.ts'
import { choosePorts, type PortChoice } from './ports.ts'
import { ended, isAlive, type ProcessRecord, recordOf, send } from './processes.ts'
import { ClusterRefusal } from './refusal.ts'

const WATCH_MS = 1_000
const RESTARTS_LIMIT = 5
const RESTARTS_WINDOW_MS = 60_000
/** Four engines, each with the time it may take. */
const STOP_LIMIT_MS = 150_000
/** A cluster that is just going away is waited for. */
const LOCK_WAIT_MS = 1_000

export interface ClusterOptions {
  readonly data: string
  readonly ports?: PortChoice
  /** Loopback alone if left out. */
  readonly listen?: ListenChoice
  /** Told what takes long and what goes wrong. */
  readonly say: (text: string) => void
  /** Stops the start; what was started is stopped again. */
  readonly signal?: AbortSignal
}

export interface Cluster {
  readonly site: Site
  readonly addresses: Addresses
  /** Starts engines again that die; ends when the signal says so. */
  readonly watch: (signal: AbortSignal) => Promise<void>
  /** Stops the engines in good order and lets go of the folder. */
  readonly stop: () => Promise<void>
}

/** What a running cluster says of itself in its folder, once everything in it is healthy. */
interface Announcement extends ProcessRecord {
  readonly isReady: boolean
}

/**
 * Installs what is missing, starts all four, waits until they are healthy and makes topics and
 * schema.
 * @throws {ClusterRefusal} where a cluster runs on that folder already, a port is taken or
 *   something cannot be installed
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { ports, say, signal, listen = { address: LOOPBACK, isKafkaOpen: false } } = options
  refuseOpenEngines(listen)
  const dir = resolve(options.data)
  makeFolder(dir)
  const unlock = tryLock(lockFile(dir), LOCK_WAIT_MS)
  if (unlock === undefined) {
    const other = announced(dir)
    const who = other === undefined ? '' : ` (process ${other.pid})`
    throw new ClusterRefusal(
      `${dir}: a cluster runs here already${who}: use it, stop it with --stop, or choose another --data`,
    )
  }
  const stop = async (): Promise<void> => {
    await stopEngines(dir)
    remove(clusterFile(dir))
    unlock()
  }
  try {
    announce(dir, false)
    if (orphans(dir).length > 0) {
      say('stopping what a cluster left behind that ended without stopping it')
      await stopEngines(dir)
    }
    await install(say, signal)
    signal?.throwIfAborted()
    const { address } = listen
    const site = {
      dir,
      ports: await choosePorts(dir, ports, address),
      listen: address,
      secrets: secretsOf(dir),
    }
    rememberListen(dir, address)
    const addresses = addressesOf(dir, site.ports, site.secrets, address)
    say('starting Redis, PostgreSQL, Kafka and Spark')
    await startEngines(site, signal)
    await prepareEngines(addresses, say)
    announce(dir, true)
    return { site, addresses, watch: (until) => watchEngines(site, say, until), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function announce(dir: string, isReady: boolean): void {
  const announcement: Announcement = { ...recordOf(process.pid)!, isReady }
  writeJson(clusterFile(dir), announcement)
}

function announced(dir: string): Announcement | undefined {
  const announcement = readJson<Announcement>(clusterFile(dir))
  return announcement !== undefined && isAlive(announcement) ? announcement : undefined
}

function orphans(dir: string): readonly EngineName[] {
  return ENGINE_NAMES.filter((name) => {
    const record = recordedProcess(dir, name)
    return record !== undefined && isAlive(record)
  })
}

/**
 * All at once; where one fails the others are told to stop trying, and the first failure is the one
 * thrown.
 */
async function startEngines(site: Site, signal: AbortSignal | undefined): Promise<void> {
  const failed = new AbortController()
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])])
  const starts = ENGINE_NAMES.map(async (name) => {
    try {
      await startEngine(site, name, either)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  await Promise.allSettled(starts)
  if (either.aborted) throw either.reason
}

async function prepareEngines(addresses: Addresses, say: (text: string) => void): Promise<void> {
  const kafka = { brokers: [addresses.KAFKA_BROKERS] }
  const topics = await ensureTopics(kafka, { partitionsWhenMade: partitionsHere() })
  if (topics.length > 0) say(`topics made: ${topics.join(', ')}`)
  const migrations = await migrate({ url: addresses.DATABASE_URL })
  if (migrations.length > 0) say(`schema brought up to date: ${migrations.join(', ')}`)
}

async function stopEngines(dir: string): Promise<void> {
  for (const name of STOP_ORDER) await stopEngine(dir, name)
}

async function watchEngines(site: Site, say: (text: string) => void, until: AbortSignal): Promise<void> {
  const restarts: number[] = []
  const givenUp = new Set<EngineName>()
  while (!until.aborted) {
    for (const name of ENGINE_NAMES) {
      if (until.aborted || givenUp.has(name) || !hasDied(site.dir, name)) continue
      while (restarts.length > 0 && restarts[0]! < performance.now() - RESTARTS_WINDOW_MS) restarts.shift()
      restarts.push(performance.now())
      if (restarts.length > RESTARTS_LIMIT) {
        say(`${name} ended again: ${RESTARTS_LIMIT} restarts within a minute, giving it up`)
        givenUp.add(name)
        continue
      }
      say(`${name} ended unexpectedly, starting it again`)
      await startEngine(site, name, until).catch((error: Error) => {
        if (!until.aborted) say(error.message)
      })
    }
    await sleep(WATCH_MS, undefined, { signal: until }).catch(() => {})
  }
}

/**
 * Stops the cluster of a folder, whoever started it, and what a killed one left behind.
 * @returns whether anything ran
 */
export async function stopCluster(data: string): Promise<boolean> {
  const dir = resolve(data)
  const owner = announced(dir)
  if (owner !== undefined) {
    send(owner, 'SIGTERM')
    if (!(await ended(owner, STOP_LIMIT_MS))) send(owner, 'SIGKILL')
  }
  const left = orphans(dir)
  await stopEngines(dir)
  remove(clusterFile(dir))
  return owner !== undefined || left.length > 0
}

/** A cluster that runs and is ready to be used. */
export interface RunningCluster {
  readonly pid: number
  readonly site: Site
  readonly addresses: Addresses
}

/** The process that owns the cluster of a folder, ready or still starting. */
export function clusterOwner(data: string): number | undefined {
  return announced(resolve(data))?.pid
}

/** `undefined` where none runs, or one that is still starting. */
export function runningCluster(data: string): RunningCluster | undefined {
  const dir = resolve(data)
  const owner = announced(dir)
  if (owner?.isReady !== true) return undefined
  const site = siteOf(dir)
  return { pid: owner.pid, site, addresses: addressesOf(dir, site.ports, site.secrets, site.listen) }
}

/** How each engine does, asked now. */
export async function lookAtCluster(data: string): Promise<readonly EngineState[]> {
  const site = siteOf(resolve(data))
  return Promise.all(ENGINE_NAMES.map((name) => lookAtEngine(site, name)))
}
