/**
 * Where things lie below a cluster's data folder. Only names and small files; no process is touched
 * here.
 *
 *   cluster.lock        held by the process that owns the cluster
 *   ports.json          the ports, kept from start to start
 *   listen.json         the address beside loopback, that of the last start
 *   secrets.json        passwords, made at the first start (0600)
 *   run/                who runs: cluster.json, redis.json, postgres.json, kafka.json, spark.json
 *   logs/               what the engines say
 *   redis/ postgres/ kafka/ spark/      their data; spark/checkpoints is where the tally's checkpoint belongs
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EngineName } from './engine-name.ts'

export const lockFile = (dir: string): string => join(dir, 'cluster.lock')
export const engineLockFile = (dir: string, name: EngineName): string => join(dir, 'run', `${name}.lock`)
export const portsFile = (dir: string): string => join(dir, 'ports.json')
export const listenFile = (dir: string): string => join(dir, 'listen.json')
export const secretsFile = (dir: string): string => join(dir, 'secrets.json')
export const clusterFile = (dir: string): string => join(dir, 'run', 'cluster.json')
export const recordFile = (dir: string, name: EngineName): string => join(dir, 'run', `${name}.json`)
export const consoleLog = (dir: string, name: EngineName): string => join(dir, 'logs', `${name}-console.log`)
export const engineLog = (dir: string, name: EngineName): string => join(dir, 'logs', `${name}.log`)
export const engineDir = (dir: string, name: EngineName): string => join(dir, name)
export const checkpointsDir = (dir: string): string => join(dir, 'spark', 'checkpoints')

/**
 * Makes the folder and those in it that every start needs. Others may pass through it, as
 * PostgreSQL's user must.
 */
export function makeFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o711 })
  for (const part of ['run', 'logs']) makePrivate(join(dir, part))
}

/** A folder whose content is for nobody else on this machine. */
export function makePrivate(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
}

/** A small JSON file; `undefined` where there is none or it is not whole. */
export function readJson<Value>(file: string): Value | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Value
  } catch {
    return undefined
  }
}

/** Replaces it in one step: a reader sees the old one or the new one. */
export function writeJson(file: string, value: unknown, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode })
  renameSync(draft, file)
}

export function remove(file: string): void {
  rmSync(file, { force: true })
}
