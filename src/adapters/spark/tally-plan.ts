/**
 * The count as a plan Spark runs: `votes` in, absolute counts out (formats: docs/protocol.md). Pure.
 *
 * The steps are expressions in Spark's SQL over Spark Connect's relations. Bytes are compared with the seal before any
 * of them is read as text, so what strangers put into the topic reaches no parser.
 */
import { AGGREGATED_VOTES, VOTES } from '../../core/log/topics.ts'
import { ID, MAX_VOTE_RECORD_BYTES, SEAL_PART_BYTES } from '../../core/log/vote-record.ts'
import type { Expression, Relation, StreamStart } from './messages.ts'

export interface TallyPlan {
  readonly electionId: string
  /** `seal-key-` and 64 hexadecimal digits; a secret. */
  readonly sealKey: string
  /** Kafka's addresses as Spark reaches them, separated by commas. */
  readonly brokers: string
  /** Most records of `votes` one batch takes: it bounds a batch's memory and how long a count may lag behind it. */
  readonly maxRecordsPerBatch: number
  /** Milliseconds from the start of one batch to the next, where there is something to count. */
  readonly triggerMs: number
}

const MIN_RECORD_BYTES = SEAL_PART_BYTES + 1

const ELECTION_ID = new RegExp(`^${ID}$`)
const SEAL_KEY = /^seal-key-[0-9a-f]{64}$/

const RECORD_SCHEMA = 'district STRING, choices ARRAY<ARRAY<INT>>'

/** @throws {TypeError} where a text would not be one literal of the plan; the seal key itself is never repeated */
export function tallyRelation(
  plan: Pick<TallyPlan, 'electionId' | 'sealKey' | 'brokers' | 'maxRecordsPerBatch'>,
): Relation {
  const { electionId, sealKey } = plan
  if (!ELECTION_ID.test(electionId)) throw new TypeError(`"${electionId}" is not the id of an election`)
  if (!SEAL_KEY.test(sealKey)) throw new TypeError('the seal key is not seal-key- and 64 hexadecimal digits')

  const sealed = filter(votes(plan), [
    'octet_length(key) = 32',
    `octet_length(value) BETWEEN ${MIN_RECORD_BYTES} AND ${MAX_VOTE_RECORD_BYTES}`,
    // Version, election and tag stand first, always: other elections' records and garbage are not even hashed.
    `startswith(value, CAST(concat('{"v":1,"election":"${electionId}","tag":"', lower(hex(key)), '","district":"') AS BINARY))`,
    `substring(value, octet_length(value) - ${SEAL_PART_BYTES - 1}) = ` +
      `CAST(concat(',"seal":"', left(sha2(concat(CAST('${sealKey}' AS BINARY), ` +
      `substring(value, 1, octet_length(value) - ${SEAL_PART_BYTES})), 256), 32), '"}') AS BINARY)`,
  ])
  const parsed = project(sealed, [
    'key AS tag',
    `from_json(CAST(value AS STRING), '${RECORD_SCHEMA}') AS record`,
  ])
  const ours = filter(parsed, [
    `record.district RLIKE '^${ID}$'`,
    'record.choices IS NOT NULL',
    'forall(record.choices, marks -> marks IS NOT NULL AND forall(marks, mark -> mark IS NOT NULL))',
  ])
  const ballots = project(ours, ['tag', 'record.district AS district', 'record.choices AS choices'])
  const once: Relation = { deduplicate: { input: ballots, columnNames: ['tag'] } }
  const marked = project(once, ['district', `explode(${MARKS_OF_BALLOT}) AS mark`])
  const counted: Relation = {
    aggregate: {
      input: marked,
      groupType: 'GROUP_TYPE_GROUPBY',
      groupingExpressions: ['district', 'mark.contest AS contest', 'mark.marks AS marks'].map(expression),
      aggregateExpressions: ['count(1) AS ballots'].map(expression),
    },
  }
  return project(counted, [
    `CAST(concat('${electionId}|', district, '|', contest, '|', to_json(marks)) AS BINARY) AS key`,
    `CAST(to_json(named_struct('v', 1, 'election', '${electionId}', 'district', district, 'contest', contest, ` +
      "'marks', marks, 'ballots', ballots)) AS BINARY) AS value",
  ])
}

/** One entry per contest, and contest −1 for the whole ballot: no mark in any contest, or some. */
const MARKS_OF_BALLOT =
  "concat(transform(choices, (marks, contest) -> named_struct('contest', contest, 'marks', marks)), " +
  "array(named_struct('contest', -1, 'marks', IF(exists(choices, marks -> size(marks) > 0), array(1), " +
  'CAST(array() AS ARRAY<INT>)))))'

function votes({
  electionId,
  brokers,
  maxRecordsPerBatch,
}: Pick<TallyPlan, 'electionId' | 'brokers' | 'maxRecordsPerBatch'>): Relation {
  return {
    read: {
      isStreaming: true,
      dataSource: {
        format: 'kafka',
        options: {
          'kafka.bootstrap.servers': brokers,
          subscribe: VOTES,
          startingOffsets: 'earliest',
          maxOffsetsPerTrigger: String(maxRecordsPerBatch),
          // A record that vanished is never passed over in silence. Partitions are not split (no minPartitions): of
          // several records with one tag the first in its partition must come first.
          failOnDataLoss: 'true',
          groupIdPrefix: `elections-tally-${electionId}`,
        },
      },
    },
  }
}

/** The query that writes the counts, under a name and with a checkpoint folder. */
export function tallyStream(plan: TallyPlan, queryName: string, checkpoint: string): StreamStart {
  return {
    input: tallyRelation(plan),
    format: 'kafka',
    outputMode: 'update',
    processingTimeInterval: `${plan.triggerMs} milliseconds`,
    queryName,
    options: {
      'kafka.bootstrap.servers': plan.brokers,
      topic: AGGREGATED_VOTES,
      checkpointLocation: checkpoint,
      // A resend stays one record and in its order; a repeated batch says the same absolute counts again.
      'kafka.acks': 'all',
      'kafka.enable.idempotence': 'true',
    },
  }
}

const expression = (text: string): Expression => ({ expressionString: { expression: text } })

function filter(input: Relation, conditions: readonly string[]): Relation {
  return { filter: { input, condition: expression(conditions.map((text) => `(${text})`).join(' AND ')) } }
}

function project(input: Relation, expressions: readonly string[]): Relation {
  return { project: { input, expressions: expressions.map(expression) } }
}
