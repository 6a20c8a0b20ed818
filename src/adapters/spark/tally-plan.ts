/**
 * The count as a plan Spark runs: `votes` in, absolute counts out (formats: docs/protocol.md).
 *
 * The steps are expressions in Spark's SQL over Spark Connect's relations. The seal is checked on
 * the bytes before any of them is read as text, so records of strangers reach no parser. The
 * protocol has exactly one format for a sealed body, which one expression checks. So the body is
 * cut at known places, and no JSON is parsed or written.
 */
import { AGGREGATED_VOTES, VOTES } from '../../core/log/topics.ts'
import { ID, MAX_VOTE_RECORD_BYTES, SEAL_PART_BYTES } from '../../core/log/vote-record.ts'
import type { Expression, Relation, StreamStart } from './messages.ts'

export interface TallyPlan {
  readonly electionId: string
  /** `seal-key-` and 64 hexadecimal digits; a secret. */
  readonly sealKey: string
  /**
   * Options of Kafka's source and sink, including its addresses as Spark reaches them; some are
   * secrets.
   */
  readonly kafka: Readonly<Record<string, string>>
  /**
   * The largest number of records of `votes` in one batch: it limits a batch's memory, and how long
   * a count waits for it.
   */
  readonly maxRecordsPerBatch: number
  /** Milliseconds from the start of one batch to the next, if there is something to count. */
  readonly triggerMs: number
  /** One task reads all partitions and counts, without a shuffle: for a state of one part. */
  readonly inOneTask: boolean
}

const MIN_RECORD_BYTES = SEAL_PART_BYTES + 1

const ELECTION_ID = new RegExp(`^${ID}$`)
const SEAL_KEY = /^seal-key-[0-9a-f]{64}$/

const TAG_DIGITS = 64
const DISTRICT = '","district":"'
const RETRY = '"retry":(?:null|"[0-9a-f]{32}")'
/**
 * The form of a sealed record from its district to its seal: lists of marks, and nothing else, in
 * brackets, up to the end.
 */
export const BODY = `^${ID}","choices":\\[\\[[0-9,\\[\\]]*\\]\\],"nonce":"[0-9a-f]{32}",${RETRY}`
/**
 * Patterns that never occur in choices, which are a list of lists of numbers below a billion: long
 * numbers, leading zeros, and pairs or triples of characters that cannot be adjacent. Without
 * repetition, so that no text takes long to search.
 */
export const NOT_CHOICES =
  '[0-9]{10}|[\\[,]0[0-9]|[\\[,],|,\\]|\\][\\[0-9]|\\],[^\\[]|[^\\]],\\[|[0-9]\\[|.\\[\\[|\\]\\].'

/**
 * @throws {TypeError} if a text would not be one literal of the plan; the message never contains
 *   the seal key
 */
export function tallyRelation(
  plan: Pick<TallyPlan, 'electionId' | 'sealKey' | 'kafka' | 'maxRecordsPerBatch' | 'inOneTask'>,
): Relation {
  const { electionId, sealKey, inOneTask } = plan
  if (!ELECTION_ID.test(electionId)) throw new TypeError(`"${electionId}" is not the id of an election`)
  if (!SEAL_KEY.test(sealKey)) throw new TypeError('the seal key is not seal-key- and 64 hexadecimal digits')

  const head = `{"v":1,"election":"${electionId}","tag":"`
  const bodyAt = head.length + TAG_DIGITS + DISTRICT.length + 1
  const sealed = filter(votes(plan), [
    'octet_length(key) = 32',
    `octet_length(value) BETWEEN ${MIN_RECORD_BYTES} AND ${MAX_VOTE_RECORD_BYTES}`,
    // Version, election and tag always come first, so records of other elections and garbage are
    // not even hashed. The tag is compared here: as a pattern it costs more.
    `startswith(value, CAST(concat('${head}', lower(hex(key)), '${DISTRICT}') AS BINARY))`,
    `substring(value, octet_length(value) - ${SEAL_PART_BYTES - 1}) = ` +
      `CAST(concat(',"seal":"', left(sha2(concat(CAST('${sealKey}' AS BINARY), ` +
      `substring(value, 1, octet_length(value) - ${SEAL_PART_BYTES})), 256), 32), '"}') AS BINARY)`,
  ])
  // Cut as bytes: Spark finds a place in a text by counting its characters from the start.
  const bodies = project(sealed, [
    'key AS tag',
    `CAST(substring(value, ${bodyAt}, octet_length(value) - ${bodyAt - 1 + SEAL_PART_BYTES}) ` +
      'AS STRING) AS body',
  ])
  const ours = filter(bodies, [
    `body RLIKE r'${BODY}\\z'`,
    `NOT substring_index(substring_index(body, ',"nonce"', 1), ':', -1) RLIKE r'${NOT_CHOICES}'`,
  ])
  const ballots = project(ours, [
    'tag',
    `substring_index(body, '"', 1) AS district`,
    `substring_index(substring_index(body, ']],"nonce"', 1), '"choices":[[', -1) AS lists`,
  ])
  // The task reads one partition after the other, each in its order.
  const input = inOneTask ? { repartition: { input: ballots, numPartitions: 1, shuffle: false } } : ballots
  const once: Relation = { deduplicate: { input, columnNames: ['tag'] } }
  const marked = project(once, ['district', MARKS_OF_BALLOT])
  const counted: Relation = {
    aggregate: {
      input: marked,
      groupType: 'GROUP_TYPE_GROUPBY',
      groupingExpressions: ['district', 'place', 'marks'].map(expression),
      aggregateExpressions: ['count(1) AS ballots'].map(expression),
    },
  }
  return project(counted, [
    `CAST(concat('${electionId}|', district, '|', place - 1, '|[', marks, ']') AS BINARY) AS key`,
    `CAST(concat('{"v":1,"election":"${electionId}","district":"', district, '","contest":', place - 1, ` +
      `',"marks":[', marks, '],"ballots":', ballots, '}') AS BINARY) AS value`,
  ])
}

/**
 * One entry per contest, by its place from 1. Place 0 is the whole ballot: without a mark in any
 * contest, or with some. `lists` is the choices' text without its two outer brackets on either
 * side. Java would compile a separator of several characters as a regular expression for every
 * ballot.
 */
const MARKS_OF_BALLOT =
  "posexplode(split(concat(IF(replace(lists, '],[', '') = '', '', '1'), ';', " +
  "replace(lists, '],[', ';')), ';')) AS (place, marks)"

/**
 * Spark seeks to a partition's ends after each poll, so its Kafka client forgets what it fetched
 * beyond the records of that poll. Therefore one poll takes a whole fetch: up to 4 MB, 12,000
 * ballots. The client also asks for more at the end of the topic before the batch ends. The broker
 * holds such a request 500 ms by default, and the next batch would wait behind it.
 */
const FETCHING = {
  'kafka.max.poll.records': '20000',
  'kafka.max.partition.fetch.bytes': String(4 * 1024 * 1024),
  'kafka.fetch.max.wait.ms': '10',
} as const

function votes({
  electionId,
  kafka,
  maxRecordsPerBatch,
}: Pick<TallyPlan, 'electionId' | 'kafka' | 'maxRecordsPerBatch'>): Relation {
  return {
    read: {
      isStreaming: true,
      dataSource: {
        format: 'kafka',
        options: {
          ...kafka,
          subscribe: VOTES,
          startingOffsets: 'earliest',
          maxOffsetsPerTrigger: String(maxRecordsPerBatch),
          // A lost record is never skipped silently. Partitions are not split (no minPartitions):
          // of several records with one tag, the first in its partition must come first.
          failOnDataLoss: 'true',
          ...FETCHING,
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
      ...plan.kafka,
      topic: AGGREGATED_VOTES,
      checkpointLocation: checkpoint,
      // A resend stays one record in its place; a repeated batch writes the same absolute counts
      // again.
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
