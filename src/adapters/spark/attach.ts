/**
 * Comes to a running query, by taking over the one there is or by starting one. Whoever asks at the
 * same time comes to the same: name and checkpoint admit one query each.
 */
import { createHash } from 'node:crypto'
import { highestCheckpoint } from './checkpoint-folder.ts'
import { type SparkConnection, SparkFault } from './connection.ts'
import type { QueryInstance, StreamStart } from './messages.ts'
import { type Pace, TRIGGER_MS } from './pace.ts'
import { runningQueries, startQuery, stopQuery } from './query.ts'
import { sessionIdOf, sessionOptions, statePartitionsFor } from './session.ts'
import { type TallyPlan, tallyStream } from './tally-plan.ts'

export interface TallySetup {
  readonly plan: Omit<TallyPlan, 'triggerMs' | 'inOneTask'>
  /** The folder of this election's checkpoints as the Spark server sees it. */
  readonly root: string
  /** Null: as the server can use them. */
  readonly statePartitions: number | null
  /** Milliseconds from the start of one batch to the next; null: as the pace has it. */
  readonly triggerMs: number | null
}

export interface Attached {
  readonly sessionId: string
  readonly instance: QueryInstance
  /** The number of the checkpoint folder it was started in; null where it was taken over. */
  readonly folder: number | null
  /** The folder was begun with it. */
  readonly isNew: boolean
  /** The one it goes on at: of a query taken over, its own. */
  readonly pace: Pace
}

/** Spark would not start the query: what a damaged checkpoint may look like. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/**
 * Sessions of one election that may have been closed before it is given up: somebody closes them on
 * purpose.
 */
const MAX_GENERATIONS = 1000
const PACES: readonly Pace[] = ['quiet', 'busy']

/**
 * A name that says whose count it is and, by a hash over all that makes it but its pace, which
 * count; and its pace, for whoever takes it over.
 */
export function queryNameOf(
  { plan, root, triggerMs }: TallySetup,
  statePartitions: number,
  pace: Pace,
): string {
  const stream = streamOf(plan, statePartitions, triggerMs ?? 0, '', root)
  const whole = JSON.stringify([stream, sessionOptions(statePartitions, root)])
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 12)
  return `tally-${plan.electionId}-${hash}${pace === 'busy' ? '-busy' : ''}`
}

function streamOf(
  plan: TallySetup['plan'],
  statePartitions: number,
  triggerMs: number,
  name: string,
  checkpoint: string,
): StreamStart {
  return tallyStream({ ...plan, triggerMs, inOneTask: statePartitions === 1 }, name, checkpoint)
}

/**
 * @param pace what a query that is started is to go at
 * @param atLeast the lowest number of a checkpoint folder to start in
 * @param tell told of the folder before the query is started in it: a start may fail because of it
 * @throws {SparkFault} @throws {StartRefused}
 */
export async function attach(
  spark: SparkConnection,
  setup: TallySetup,
  pace: Pace,
  atLeast: number,
  tell: (folder: number, isNew: boolean) => void,
): Promise<Attached> {
  const { sessionId, statePartitions } = await openSession(spark, setup)
  const paces = new Map(PACES.map((each) => [queryNameOf(setup, statePartitions, each), each]))
  for (const { name, instance } of await runningQueries(spark, sessionId)) {
    const found = paces.get(name)
    if (found !== undefined) return { sessionId, instance, folder: null, isNew: false, pace: found }
    // An older version of the count, or one with another key, other brokers or another way to them.
    await stopQuery(spark, sessionId, instance)
  }
  const highest = await highestCheckpoint(spark, sessionId, setup.root)
  const folder = Math.max(highest, atLeast)
  const isNew = folder > highest
  tell(folder, isNew)
  const triggerMs = setup.triggerMs ?? TRIGGER_MS[pace]
  const name = queryNameOf(setup, statePartitions, pace)
  const start = streamOf(setup.plan, statePartitions, triggerMs, name, `${setup.root}/${folder}`)
  try {
    return { sessionId, instance: await startQuery(spark, sessionId, start), folder, isNew, pace }
  } catch (error) {
    if (error instanceof SparkFault && !error.unreachable)
      throw new StartRefused(error.message, { cause: error })
    throw error
  }
}

/** The first session of the election that was not closed, with its options set. */
async function openSession(
  spark: SparkConnection,
  { plan, root, statePartitions: asked }: TallySetup,
): Promise<{ readonly sessionId: string; readonly statePartitions: number }> {
  for (let generation = 0; ; generation++) {
    const sessionId = sessionIdOf(plan.electionId, generation)
    try {
      const statePartitions = asked ?? statePartitionsFor(await spark.option(sessionId, 'spark.master'))
      await spark.configure(sessionId, sessionOptions(statePartitions, root))
      return { sessionId, statePartitions }
    } catch (error) {
      const closed = error instanceof SparkFault && error.errorClass === 'INVALID_HANDLE.SESSION_CLOSED'
      if (!closed || generation >= MAX_GENERATIONS) throw error
    }
  }
}
