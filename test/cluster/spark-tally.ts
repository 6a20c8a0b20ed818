/** Tally queries of tests on the run's Spark: each is stopped when its test is over. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../src/adapters/node/clock.ts'
import { startTallyQuery, type TallyQuerySettings } from '../../src/adapters/spark/tally-query.ts'
import type { TallyEngine } from '../../src/ports/tally-engine.ts'
import { type Engines, engines } from '../engines.ts'
import {
  type CountsReader,
  type Election,
  type expectedCounts,
  followCounts,
  type KafkaRecord,
  record,
} from './spark-votes.ts'

export interface Driver extends TallyEngine {
  readonly events: string[]
}

export interface SparkTally {
  /** Returns the engines of the run; call it only inside tests. */
  readonly site: () => Engines
  readonly drive: (election: Election, changes?: Partial<TallyQuerySettings>) => Driver
  readonly follow: (election: Election, onCount?: () => void) => Promise<CountsReader>
  /** Runs when the test is over, in the opposite order. */
  readonly cleanUp: (cleanup: () => Promise<unknown>) => void
  readonly checkpointsOf: (election: Election) => string
}

/** Starts the engines before the first test of the file. */
export function sparkTally(): SparkTally {
  let running: Engines
  const cleanups: (() => Promise<unknown>)[] = []
  before(async () => {
    running = await engines()
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  return {
    site: () => running,
    cleanUp: (cleanup) => cleanups.push(cleanup),
    checkpointsOf: ({ id }) => join(running.SPARK_CHECKPOINTS, id),
    drive: (election, changes = {}) => {
      const events: string[] = []
      const engine = startTallyQuery({
        remote: running.SPARK_REMOTE,
        kafka: { brokers: running.KAFKA_BROKERS.split(',') },
        electionId: election.id,
        sealKey: election.sealKey,
        checkpoints: running.SPARK_CHECKPOINTS,
        clock: systemClock,
        pollMs: 200,
        log: (_level, message, details) => events.push(`${message} ${JSON.stringify(details)}`),
        ...changes,
      })
      cleanups.push(() => engine.stop())
      return { ...engine, events }
    },
    follow: async (election, onCount) => {
      const reader = await followCounts(running.KAFKA_BROKERS, election.id, onCount)
      cleanups.push(() => reader.close())
      return reader
    },
  }
}

export async function until(what: string, holds: () => boolean, limitMs = 120_000): Promise<void> {
  const untilMs = performance.now() + limitMs
  while (!holds()) {
    assert.ok(performance.now() < untilMs, `waited in vain: ${what}`)
    await sleep(20)
  }
}

export const sealedAll = (election: Election, sent: Parameters<typeof expectedCounts>[1]): KafkaRecord[] =>
  sent.map((one) => record(election, one))

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
