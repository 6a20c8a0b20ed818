/**
 * Finds, starts, queries and stops one query in the Spark server. Each function is one command over
 * Spark Connect.
 */
import type { SparkConnection } from './connection.ts'
import type { QueryCommand, QueryInstance, StreamStart } from './messages.ts'
import { redacted } from './redacted.ts'

const START_LIMIT_MS = 90_000

export interface RunningQuery {
  readonly instance: QueryInstance
  readonly name: string
}

/**
 * Lists the session's running queries.
 * @throws {SparkFault}
 */
export async function runningQueries(
  spark: SparkConnection,
  sessionId: string,
): Promise<readonly RunningQuery[]> {
  const { streamingQueryManagerCommandResult: result } = await spark.command(sessionId, {
    streamingQueryManagerCommand: { active: true },
  })
  return (result?.active?.activeQueries ?? []).flatMap(({ id, name }) =>
    id === undefined || name === undefined ? [] : [{ instance: id, name }],
  )
}

/** @throws {SparkFault} also if a query of this name, or on this checkpoint, already runs */
export async function startQuery(
  spark: SparkConnection,
  sessionId: string,
  start: StreamStart,
): Promise<QueryInstance> {
  const { writeStreamOperationStartResult: result } = await spark.command(
    sessionId,
    { writeStreamOperationStart: start },
    START_LIMIT_MS,
  )
  if (result?.queryId === undefined) throw new Error('Spark Connect: a query was started but not named')
  return result.queryId
}

export interface QueryReport {
  readonly running: boolean
  /** The last progress as Spark writes it, JSON. */
  readonly progressJson: string | null
}

/** @throws {SparkFault} also if the session has no such query, or no longer has it */
export async function askQuery(
  spark: SparkConnection,
  sessionId: string,
  queryId: QueryInstance,
): Promise<QueryReport> {
  const { status } = await commandQuery(spark, sessionId, { queryId, status: true })
  const { recentProgress } = await commandQuery(spark, sessionId, { queryId, lastProgress: true })
  return {
    running: status?.isActive === true,
    progressJson: recentProgress?.recentProgressJson?.at(-1) ?? null,
  }
}

/**
 * Returns why a query ended, redacted, with the stack trace; null if it was stopped.
 * @throws {SparkFault}
 */
export async function failureOf(
  spark: SparkConnection,
  sessionId: string,
  queryId: QueryInstance,
): Promise<string | null> {
  const { exception } = await commandQuery(spark, sessionId, { queryId, exception: true })
  const text = [exception?.exceptionMessage, exception?.stackTrace]
    .filter((part) => part !== undefined)
    .join('\n')
  return text === '' ? null : redacted(text, 20_000)
}

/** @throws {SparkFault} */
export async function stopQuery(
  spark: SparkConnection,
  sessionId: string,
  queryId: QueryInstance,
): Promise<void> {
  await commandQuery(spark, sessionId, { queryId, stop: true })
}

async function commandQuery(spark: SparkConnection, sessionId: string, command: QueryCommand) {
  const response = await spark.command(sessionId, { streamingQueryCommand: command })
  return response.streamingQueryCommandResult ?? {}
}
