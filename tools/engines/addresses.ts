/**
 * What others need to reach the engines, passwords included, and where those passwords come from.
 */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { checkpointsDir, readJson, secretsFile, writeJson } from './folder.ts'
import { LOOPBACK } from './listen.ts'
import type { Ports } from './ports.ts'

export interface Secrets {
  readonly redis: string
  /** Of the role and database `elections`. */
  readonly postgres: string
  /** Of PostgreSQL's superuser, for people who look after it. */
  readonly postgresSuperuser: string
  /** Spark Connect runs whatever it is sent; this is what it asks for first. */
  readonly spark: string
}

export interface Addresses {
  readonly REDIS_URL: string
  readonly KAFKA_BROKERS: string
  readonly DATABASE_URL: string
  readonly SPARK_REMOTE: string
  /** The folder, absolute, where Spark keeps the checkpoints of its queries. */
  readonly SPARK_CHECKPOINTS: string
}

/** The names of `Addresses`, in the order they are shown. */
export const ADDRESS_NAMES = [
  'REDIS_URL',
  'KAFKA_BROKERS',
  'DATABASE_URL',
  'SPARK_REMOTE',
  'SPARK_CHECKPOINTS',
] as const satisfies readonly (keyof Addresses)[]

/** The folder's passwords, made where there are none. */
export function secretsOf(dir: string): Secrets {
  const kept = readJson<Secrets>(secretsFile(dir))
  if (kept !== undefined) return kept
  const secret = (): string => randomBytes(24).toString('hex')
  const made = { redis: secret(), postgres: secret(), postgresSuperuser: secret(), spark: secret() }
  writeJson(secretsFile(dir), made, 0o600)
  return made
}

/** @param listen where others reach the engines */
export function addressesOf(dir: string, ports: Ports, secrets: Secrets, listen = LOOPBACK): Addresses {
  return {
    REDIS_URL: `redis://default:${secrets.redis}@${listen}:${ports.redis}`,
    KAFKA_BROKERS: `${listen}:${ports.kafka}`,
    DATABASE_URL: `postgres://elections:${secrets.postgres}@${listen}:${ports.postgres}/elections`,
    SPARK_REMOTE: `sc://127.0.0.1:${ports.spark}/;token=${secrets.spark}`,
    SPARK_CHECKPOINTS: resolve(checkpointsDir(dir)),
  }
}
