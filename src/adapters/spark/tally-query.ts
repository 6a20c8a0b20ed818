/**
 * The tally engine on Spark: one streaming query per election, driven over Spark Connect and kept
 * running (contract: ports/tally-engine.ts; docs/cluster.md says what to do when it fails).
 *
 * An endless loop: attach to a running query, watch it, and after a failure of it or the server,
 * pause and begin again. A query's pace is fixed when it starts: if the load requires another, the
 * query is stopped and replaced.
 */
import { doublingMs } from '../../core/doubling.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EngineTls, KafkaAddress } from '../../ports/engine-address.ts'
import type { TallyEngine } from '../../ports/tally-engine.ts'
import { type Attached, attach, StartRefused, type TallySetup } from './attach.ts'
import { type CheckpointJudge, checkpointJudge } from './blame.ts'
import { checkpointsOf } from './checkpoint-folder.ts'
import { connectToSpark, type SparkConnection } from './connection.ts'
import { kafkaOptions } from './kafka-options.ts'
import { type Pace, type PaceJudge, paceJudge } from './pace.ts'
import { type Pausing, pausing } from './pausing.ts'
import { askQuery, failureOf, stopQuery } from './query.ts'
import { readProgress } from './query-progress.ts'
import { redacted } from './redacted.ts'
import { parseSparkRemote } from './remote.ts'
import { type TallyRecord, tallyRecord } from './tally-record.ts'

export interface TallyQuerySettings {
  /** SPARK_REMOTE. */
  readonly remote: string
  /** Kafka's addresses as the Spark server reaches them. */
  readonly kafka: KafkaAddress
  /** For TLS with the Spark server. */
  readonly tls?: EngineTls | undefined
  readonly electionId: string
  /** `seal-key-` and 64 hexadecimal digits; a secret. */
  readonly sealKey: string
  /**
   * A folder as the Spark server sees it, absolute path or address: the checkpoints of all
   * elections are in it.
   */
  readonly checkpoints: string
  readonly clock: Clock
  readonly log?: TallyLog
  /**
   * Number of parts of the state; a new checkpoint fixes it. If left out, as many as the server can
   * use (session.ts).
   */
  readonly statePartitions?: number
  readonly maxRecordsPerBatch?: number
  /**
   * Milliseconds from one batch to the next at any load. If left out, they depend on the load
   * (pace.ts).
   */
  readonly triggerMs?: number
  readonly pollMs?: number
}

/** Receives events of the count, one line each; nothing in it is secret. */
export type TallyLog = (
  level: 'info' | 'warn',
  message: string,
  details: Readonly<Record<string, unknown>>,
) => void

const PAUSES = { firstMs: 250, mostMs: 5_000 } as const
const DEFAULT_POLL_MS = 1_000
/** An idle query reports progress every five seconds; one that is silent for this long hangs. */
const SILENT_LIMIT_MS = 300_000

/** The query failed on its own; the text is Spark's, redacted, with the stack trace. */
class QueryFailed extends Error {
  override readonly name = 'QueryFailed'
}

/**
 * @throws {BadSparkRemote} @throws {TypeError} if the election's id or the seal key are invalid
 */
export function startTallyQuery(settings: TallyQuerySettings): TallyEngine {
  const driver = newDriver(settings)
  const { spark, record, log, setup } = driver
  const supervision = supervise(driver)

  async function end(stopping: boolean): Promise<void> {
    if (driver.ending) return await supervision
    driver.ending = true
    driver.pausable.wake()
    await supervision
    try {
      const { attached } = driver
      if (stopping && attached !== null) await stopQuery(spark, attached.sessionId, attached.instance)
    } catch (error) {
      const problem = firstLine(error instanceof Error ? error.message : String(error))
      log('warn', 'tally query could not be stopped', { election: setup.plan.electionId, problem })
    }
    record.stopped()
    spark.close()
  }

  return { progress: record.progress, stop: () => end(true), leave: () => end(false) }
}

/** A driver that keeps a query running, and the state that it knows. */
interface Driver {
  readonly setup: TallySetup
  readonly clock: Clock
  readonly log: TallyLog
  readonly pollMs: number
  readonly spark: SparkConnection
  readonly record: TallyRecord
  readonly judge: CheckpointJudge
  readonly pausable: Pausing
  readonly pacing: PaceJudge
  /** The pace of a query that is started. */
  pace: Pace
  /** Failed attempts since the query last finished a batch. */
  failures: number
  /** The next query replaces a healthy one. */
  isRepaced: boolean
  lowestFolder: number
  attached: Attached | null
  ending: boolean
}

function newDriver(settings: TallyQuerySettings): Driver {
  const { electionId, clock, log = () => {}, pollMs = DEFAULT_POLL_MS } = settings
  const setup: TallySetup = {
    plan: {
      electionId,
      sealKey: settings.sealKey,
      // Read at each start: certificates may have been renewed.
      get kafka() {
        return kafkaOptions(settings.kafka)
      },
      maxRecordsPerBatch: settings.maxRecordsPerBatch ?? 100_000,
    },
    triggerMs: settings.triggerMs ?? null,
    root: checkpointsOf(settings.checkpoints, electionId),
    statePartitions: settings.statePartitions ?? null,
  }
  return {
    setup,
    clock,
    log,
    pollMs,
    spark: connectToSpark(parseSparkRemote(settings.remote), settings.tls),
    record: tallyRecord(clock),
    judge: checkpointJudge(),
    pausable: pausing(),
    pacing: paceJudge(),
    pace: 'quiet',
    isRepaced: false,
    failures: 0,
    lowestFolder: 1,
    attached: null,
    ending: false,
  }
}

/** Attaches to a query and watches it, repeatedly, until the driver ends. */
async function supervise(driver: Driver): Promise<void> {
  while (!driver.ending) {
    try {
      driver.attached = await comeToQuery(driver)
      const pace = await watch(driver, driver.attached)
      if (pace !== undefined) await repace(driver, driver.attached, pace)
    } catch (error) {
      if (driver.ending) break
      driver.attached = null
      const pauseMs = doublingMs(driver.failures++, PAUSES)
      failed(driver, error, pauseMs)
      await driver.pausable.pause(pauseMs)
    }
  }
}

async function comeToQuery(driver: Driver): Promise<Attached> {
  const { spark, setup, judge, record, log, clock } = driver
  const found = await attach(spark, setup, driver.pace, driver.lowestFolder, judge.entered)
  const { folder } = found
  if (folder !== null) driver.lowestFolder = Math.max(driver.lowestFolder, folder)
  driver.pace = found.pace
  driver.pacing.goes(found.pace, clock.nowMs())
  record.attached({ ...found, isRepaced: driver.isRepaced })
  driver.isRepaced = false
  log('info', folder === null ? 'tally query taken over' : 'tally query started', {
    election: setup.plan.electionId,
    ...(folder === null ? {} : { checkpoint: `${setup.root}/${folder}` }),
    pace: found.pace,
    runId: found.instance.runId,
  })
  return found
}

/**
 * Follows a query's progress until the driver must end, or the load needs another pace.
 * @returns that pace
 * @throws if the query has ended, hangs, or cannot be queried
 */
async function watch(driver: Driver, { sessionId, instance }: Attached): Promise<Pace | undefined> {
  const { spark, clock, record, judge, pacing, setup } = driver
  let mark = ''
  let heardAtMs = clock.nowMs()
  while (!driver.ending) {
    const { running, progressJson } = await askQuery(spark, sessionId, instance)
    const progress = progressJson === null ? null : readProgress(progressJson)
    if (progress !== null && progress.mark !== mark) {
      mark = progress.mark
      heardAtMs = clock.nowMs()
      record.progressed(progress)
      judge.worked()
      driver.failures = 0
      const pace = pacing.after(progress, clock.nowMs())
      if (pace !== driver.pace && setup.triggerMs === null) return pace
    }
    if (!running) {
      const text = await failureOf(spark, sessionId, instance)
      throw text === null ? new Error('another driver stopped the query') : new QueryFailed(text)
    }
    if (clock.nowMs() - heardAtMs > SILENT_LIMIT_MS) {
      await stopQuery(spark, sessionId, instance)
      throw new Error('the query hung and was stopped')
    }
    await driver.pausable.pause(driver.pollMs)
  }
  return undefined
}

/** Stops a healthy query, so that the next one continues from its last batch at another pace. */
async function repace(driver: Driver, { sessionId, instance }: Attached, pace: Pace): Promise<void> {
  driver.pace = pace
  driver.isRepaced = true
  await stopQuery(driver.spark, sessionId, instance)
}

/** Reports a failure, and gives up the checkpoint if it is to blame. */
function failed(driver: Driver, error: unknown, pauseMs: number): void {
  const { setup, record, judge, log } = driver
  const election = setup.plan.electionId
  const text = redacted(error instanceof Error ? error.message : String(error), 20_000)
  const problem = firstLine(text)
  record.failed(problem)
  log('warn', 'tally query failed, restarting it', { election, problem, pauseMs })
  const ofQuery = error instanceof QueryFailed || error instanceof StartRefused
  if (!ofQuery || !judge.failed(text)) return
  log('warn', 'checkpoint given up, ballots are counted again from the first', {
    election,
    checkpoint: `${setup.root}/${driver.lowestFolder}`,
  })
  driver.lowestFolder++
}

const firstLine = (text: string): string => redacted(text.split('\n', 1)[0]!, 500)
