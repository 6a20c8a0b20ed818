/**
 * Comes to a running query, by taking over the one there is or by starting one. Whoever asks at the same time comes to
 * the same: name and checkpoint admit one query each.
 */
import { createHash } from 'node:crypto'
import { highestCheckpoint } from './checkpoint-folder.ts'
import { type SparkConnection, SparkFault } from './connection.ts'
import type { QueryInstance } from './messages.ts'
import { runningQueries, startQuery, stopQuery } from './query.ts'
import { sessionIdOf, sessionOptions } from './session.ts'
import { type TallyPlan, tallyStream } from './tally-plan.ts'

export interface TallySetup {
  readonly plan: TallyPlan
  /** The folder of this election's checkpoints as the Spark server sees it. */
  readonly root: string
  readonly statePartitions: number
}

export interface Attached {
  readonly sessionId: string
  readonly instance: QueryInstance
  /** The number of the checkpoint folder it was started in; null where it was taken over. */
  readonly folder: number | null
  /** The folder was begun with it. */
  readonly isNew: boolean
}

/** Spark would not start the query: what a damaged checkpoint may look like. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** Sessions of one election that may have been closed before it is given up: somebody closes them on purpose. */
const MAX_GENERATIONS = 1000

/** A name that says whose count it is and, by a hash over all that makes it, which count. */
export function queryNameOf({ plan, root, statePartitions }: TallySetup): string {
  const whole = JSON.stringify([tallyStream(plan, '', root), sessionOptions(statePartitions, root)])
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12)
  return `tally-${plan.electionId}-${hash}`
}

/**
 * @param atLeast the lowest number of a checkpoint folder to start in
 * @param tell told of the folder before the query is started in it: a start may fail because of it
 * @throws {SparkFault} @throws {StartRefused}
 */
export async function attach(
  spark: SparkConnection,
  setup: TallySetup,
  atLeast: number,
  tell: (folder: number, isNew: boolean) => void,
): Promise<Attached> {
  const sessionId = await openSession(spark, setup)
  const name = queryNameOf(setup)
  for (const query of await runningQueries(spark, sessionId)) {
    if (query.name === name) return { sessionId, instance: query.instance, folder: null, isNew: false }
    // An older version of the count, or one with another key or other brokers.
    await stopQuery(spark, sessionId, query.instance)
  }
  const highest = await highestCheckpoint(spark, sessionId, setup.root)
  const folder = Math.max(highest, atLeast)
  const isNew = folder > highest
  tell(folder, isNew)
  const start = tallyStream(setup.plan, name, `${setup.root}/${folder}`)
  try {
    return { sessionId, instance: await startQuery(spark, sessionId, start), folder, isNew }
  } catch (error) {
    if (error instanceof SparkFault && !error.unreachable)
      throw new StartRefused(error.message, { cause: error })
    throw error
  }
}

/** The first session of the election that was not closed, with its options set. */
async function openSession(
  spark: SparkConnection,
  { plan, root, statePartitions }: TallySetup,
): Promise<string> {
  for (let generation = 0; ; generation++) {
    const sessionId = sessionIdOf(plan.electionId, generation)
    try {
      await spark.configure(sessionId, sessionOptions(statePartitions, root))
      return sessionId
    } catch (error) {
      const closed = error instanceof SparkFault && error.errorClass === 'INVALID_HANDLE.SESSION_CLOSED'
      if (!closed || generation >= MAX_GENERATIONS) throw error
    }
  }
}
