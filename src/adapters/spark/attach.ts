/**
 * Attaches to a running query: takes over the existing one or starts one. Drivers that do so at the
 * same time get the same query, because name and checkpoint admit only one.
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
  /** Null: as many as the server can use. */
  readonly statePartitions: number | null
  /** Milliseconds from the start of one batch to the next; null: the pace decides. */
  readonly triggerMs: number | null
}

export interface Attached {
  readonly sessionId: string
  readonly instance: QueryInstance
  /** The number of the checkpoint folder it was started in; null if it was taken over. */
  readonly folder: number | null
  /** Whether the folder began with it. */
  readonly isNew: boolean
  /** Its pace; for a query that was taken over, the one it runs at. */
  readonly pace: Pace
}

/** Spark refused to start the query: a damaged checkpoint may look like this. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** Gives up after this many closed sessions of one election: somebody closes them on purpose. */
const MAX_GENERATIONS = 1000
const PACES: readonly Pace[] = ['quiet', 'busy']

/**
 * A name that states whose count it is, identifies the count by a hash over all its settings except
 * the pace, and states the pace for a driver that takes it over.
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
 * @param pace the pace of a query that is started
 * @param atLeast the lowest number of a checkpoint folder to start in
 * @param onFolder called with the folder before the query is started in it, because the start may
 *   fail due to it
 * @throws {SparkFault}
 * @throws {StartRefused}
 */
export async function attach(
  spark: SparkConnection,
  setup: TallySetup,
  pace: Pace,
  atLeast: number,
  onFolder: (folder: number, isNew: boolean) => void,
): Promise<Attached> {
  const { sessionId, statePartitions } = await openSession(spark, setup)
  const paces = new Map(PACES.map((each) => [queryNameOf(setup, statePartitions, each), each]))
  for (const { name, instance } of await runningQueries(spark, sessionId)) {
    const found = paces.get(name)
    if (found !== undefined) return { sessionId, instance, folder: null, isNew: false, pace: found }
    // An older version of the count, or one with another key, other brokers or other settings of
    // the connection.
    await stopQuery(spark, sessionId, instance)
  }
  const highest = await highestCheckpoint(spark, sessionId, setup.root)
  const folder = Math.max(highest, atLeast)
  const isNew = folder > highest
  onFolder(folder, isNew)
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
