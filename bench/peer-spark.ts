/**
 * The streaming count that the original design runs beside its gateway: reads candidates from JSON,
 * groups and counts them. It checks no seal and does not look for repeated ballots. It uses the
 * same Spark, the same client and the same interval as ours under load.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectToSpark } from '../src/adapters/spark/connection.ts'
import type { Relation } from '../src/adapters/spark/messages.ts'
import { TRIGGER_MS } from '../src/adapters/spark/pace.ts'
import { askQuery, runningQueries, startQuery, stopQuery } from '../src/adapters/spark/query.ts'
import { parseSparkRemote } from '../src/adapters/spark/remote.ts'
import { sessionIdOf, sessionOptions } from '../src/adapters/spark/session.ts'
import type { BenchEngines } from './cluster-engines.ts'

const STATE_PARTITIONS = 2
const LIMIT_MS = 120_000
const LOOK_MS = 100

export interface PeerSpark {
  /** Waits until the count has read this number of records of the topic. */
  readonly counted: (records: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startPeerSpark(engines: BenchEngines, topic: string, sink: string): Promise<PeerSpark> {
  const spark = connectToSpark(parseSparkRemote(engines.SPARK_REMOTE))
  const session = randomUUID()
  const root = `${engines.SPARK_CHECKPOINTS}/peer-${session.slice(0, 8)}`
  await spark.configure(session, sessionOptions(STATE_PARTITIONS, root))
  const query = await startQuery(spark, session, {
    input: countOf(engines.KAFKA_BROKERS, topic),
    ...{ format: 'kafka', outputMode: 'update', queryName: 'peer' },
    processingTimeInterval: `${TRIGGER_MS.busy} milliseconds`,
    options: {
      'kafka.bootstrap.servers': engines.KAFKA_BROKERS,
      topic: sink,
      checkpointLocation: `${root}/1`,
    },
  })
  return {
    counted: async (records) => {
      const untilMs = performance.now() + LIMIT_MS
      while (recordsIn((await askQuery(spark, session, query)).progressJson, topic) < records) {
        if (performance.now() > untilMs) throw new Error('the peer’s Spark did not count in time')
        await sleep(LOOK_MS)
      }
    },
    stop: async () => {
      await stopQuery(spark, session, query)
      spark.close()
    },
  }
}

/**
 * Stops the query that one of our servers left running for its successor, so that the other side
 * does not pay for it.
 */
export async function stopOurQuery(engines: BenchEngines, electionId: string): Promise<void> {
  const spark = connectToSpark(parseSparkRemote(engines.SPARK_REMOTE))
  const session = sessionIdOf(electionId, 0)
  for (const { instance } of await runningQueries(spark, session)) await stopQuery(spark, session, instance)
  spark.close()
}

/** Returns the number of records up to the last batch, over all partitions. */
function recordsIn(progressJson: string | null, topic: string): number {
  if (progressJson === null) return 0
  const { sources } = JSON.parse(progressJson) as { sources: readonly { readonly endOffset: unknown }[] }
  const [source] = sources
  const offsets = typeof source?.endOffset === 'string' ? JSON.parse(source.endOffset) : source?.endOffset
  const partitions = (offsets as Record<string, Record<string, number>> | null)?.[topic] ?? {}
  return Object.values(partitions).reduce((sum, end) => sum + end, 0)
}

function countOf(brokers: string, topic: string): Relation {
  const column = (expression: string) => ({ expressionString: { expression } })
  const options = { 'kafka.bootstrap.servers': brokers, subscribe: topic, startingOffsets: 'latest' }
  const records = { read: { isStreaming: true, dataSource: { format: 'kafka', options } } }
  const candidate = column("from_json(CAST(value AS STRING), 'candidate STRING').candidate AS candidate")
  const aggregate = {
    input: { project: { input: records, expressions: [candidate] } },
    groupType: 'GROUP_TYPE_GROUPBY',
    groupingExpressions: [column('candidate')],
    aggregateExpressions: [column('count(1) AS votes')],
  }
  const json = "CAST(to_json(named_struct('candidate', candidate, 'votes', votes)) AS BINARY) AS value"
  return {
    project: {
      input: { aggregate },
      expressions: [column('CAST(candidate AS BINARY) AS key'), column(json)],
    },
  } as Relation
}
