/**
 * The tally engine on Spark: one streaming query per election, driven over Spark Connect and kept running
 * (ports/tally-engine.ts is what it promises; docs/operations.md what to do when it says it fails).
 *
 * A loop for ever: come to a running query, watch it, and when it or the server is gone, wait a little and begin again.
 */
import type { Clock } from '../../ports/clock.ts'
import type { TallyEngine } from '../../ports/tally-engine.ts'
import { type Attached, attach, StartRefused, type TallySetup } from './attach.ts'
import { backoff } from './backoff.ts'
import { checkpointJudge } from './blame.ts'
import { checkpointsOf } from './checkpoint-folder.ts'
import { connectToSpark } from './connection.ts'
import { pausing } from './pausing.ts'
import { askQuery, failureOf, stopQuery } from './query.ts'
import { readProgress } from './query-progress.ts'
import { redacted } from './redacted.ts'
import { parseSparkRemote } from './remote.ts'
import { tallyRecord } from './tally-record.ts'

export interface TallyQuerySettings {
  /** SPARK_REMOTE. */
  readonly remote: string
  /** Kafka's addresses as the Spark server reaches them. */
  readonly brokers: readonly string[]
  readonly electionId: string
  /** `seal-key-` and 64 hexadecimal digits; a secret. */
  readonly sealKey: string
  /** A folder as the Spark server sees it, absolute path or address: the checkpoints of all elections are in it. */
  readonly checkpoints: string
  readonly clock: Clock
  readonly log?: TallyLog
  /** Parts of the state, fixed by a checkpoint when it begins: about one per two million ballots, 2 at least. */
  readonly statePartitions?: number
  readonly maxRecordsPerBatch?: number
  readonly triggerMs?: number
  readonly pollMs?: number
}

/** Told of what happens to the count, in one line each; nothing in it is secret. */
export type TallyLog = (
  level: 'info' | 'warn',
  message: string,
  details: Readonly<Record<string, unknown>>,
) => void

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5_000
/** An idle query tells of progress every five seconds; one silent for this long hangs. */
const SILENT_LIMIT_MS = 300_000

/** The query failed of itself; the text is Spark's, redacted, with the stack trace. */
class QueryFailed extends Error {
  override readonly name = 'QueryFailed'
}

/** @throws {BadSparkRemote} @throws {TypeError} where the election's id or the seal key are none */
export function startTallyQuery(settings: TallyQuerySettings): TallyEngine {
  const { electionId, clock, log = () => {}, pollMs = 1000 } = settings
  const setup: TallySetup = {
    plan: {
      electionId,
      sealKey: settings.sealKey,
      brokers: [...settings.brokers].sort().join(','),
      maxRecordsPerBatch: settings.maxRecordsPerBatch ?? 100_000,
      triggerMs: settings.triggerMs ?? 200,
    },
    root: checkpointsOf(settings.checkpoints, electionId),
    statePartitions: settings.statePartitions ?? 2,
  }
  const spark = connectToSpark(parseSparkRemote(settings.remote))
  const record = tallyRecord(clock)
  const judge = checkpointJudge()
  const pauses = backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
  const pausable = pausing()
  let lowestFolder = 1
  let attached: Attached | null = null
  let ending = false

  async function watch({ sessionId, instance }: Attached): Promise<void> {
    let mark = ''
    let heardAtMs = clock.nowMs()
    while (!ending) {
      const { running, progressJson } = await askQuery(spark, sessionId, instance)
      const progress = progressJson === null ? null : readProgress(progressJson)
      if (progress !== null && progress.mark !== mark) {
        mark = progress.mark
        heardAtMs = clock.nowMs()
        record.progressed(progress)
        judge.worked()
        pauses.reset()
      }
      if (!running) {
        const text = await failureOf(spark, sessionId, instance)
        throw text === null ? new Error('the query was stopped by somebody else') : new QueryFailed(text)
      }
      if (clock.nowMs() - heardAtMs > SILENT_LIMIT_MS) {
        await stopQuery(spark, sessionId, instance)
        throw new Error('the query hung and was stopped')
      }
      await pausable.pause(pollMs)
    }
  }

  async function comeToQuery(): Promise<Attached> {
    const found = await attach(spark, setup, lowestFolder, judge.entered)
    const { folder } = found
    if (folder !== null) lowestFolder = Math.max(lowestFolder, folder)
    record.attached(found)
    log('info', folder === null ? 'tally query taken over' : 'tally query started', {
      election: electionId,
      ...(folder === null ? {} : { checkpoint: `${setup.root}/${folder}` }),
      runId: found.instance.runId,
    })
    return found
  }

  function failed(error: unknown, pauseMs: number): void {
    const text = redacted(error instanceof Error ? error.message : String(error), 20_000)
    const problem = firstLine(text)
    record.failed(problem)
    log('warn', 'tally query failed, it is started again', { election: electionId, problem, pauseMs })
    const ofQuery = error instanceof QueryFailed || error instanceof StartRefused
    if (ofQuery && judge.failed(text)) {
      log('warn', 'checkpoint given up, ballots are counted again from the first', {
        election: electionId,
        checkpoint: `${setup.root}/${lowestFolder}`,
      })
      lowestFolder++
    }
  }

  const supervision = (async () => {
    while (!ending) {
      try {
        attached = await comeToQuery()
        await watch(attached)
      } catch (error) {
        if (ending) break
        attached = null
        const pauseMs = pauses.next()
        failed(error, pauseMs)
        await pausable.pause(pauseMs)
      }
    }
  })()

  async function end(stopping: boolean): Promise<void> {
    if (ending) return await supervision
    ending = true
    pausable.wake()
    await supervision
    try {
      if (stopping && attached !== null) await stopQuery(spark, attached.sessionId, attached.instance)
    } catch (error) {
      const problem = firstLine(error instanceof Error ? error.message : String(error))
      log('warn', 'tally query could not be stopped', { election: electionId, problem })
    }
    record.stopped()
    spark.close()
  }

  return { progress: record.progress, stop: () => end(true), leave: () => end(false) }
}

const firstLine = (text: string): string => redacted(text.split('\n', 1)[0]!, 500)
