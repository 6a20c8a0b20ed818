/**
 * For the tests of the tally on Spark: records as a gateway seals them, their expected counts by an
 * independent model, and a reader of `aggregated_votes`.
 */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer, Producer } from '@platformatic/kafka'
import { AGGREGATED_VOTES, VOTES } from '../../src/core/log/topics.ts'

export interface Election {
  readonly id: string
  readonly sealKey: string
}

export interface SentBallot {
  readonly tag: Buffer
  readonly district: string
  readonly choices: readonly (readonly number[])[]
}

export interface KafkaRecord {
  readonly key: Buffer
  readonly value: Buffer | null
}

/** An election that no other driver counts. */
export function newElection(name: string): Election {
  return {
    id: `${name}-${randomBytes(4).toString('hex')}`,
    sealKey: `seal-key-${randomBytes(32).toString('hex')}`,
  }
}

export function ballot(district: string, choices: readonly (readonly number[])[]): SentBallot {
  return { tag: randomBytes(32), district, choices }
}

/** Many ballots of three districts and two contests, including blank and half-blank ones. */
export function ballots(count: number): SentBallot[] {
  const patterns = [
    [[2], []],
    [[], []],
    [[0], [1, 3]],
    [[], [2]],
    [[1], [0]],
  ]
  return Array.from({ length: count }, (_, i) => ballot(`d${i % 3}`, patterns[(i * 7) % 5]!))
}

/** The record that a gateway would write. */
export function record(
  election: Election,
  sent: SentBallot,
  changes: Readonly<Record<string, unknown>> = {},
): KafkaRecord {
  const body = JSON.stringify({
    v: 1,
    election: election.id,
    tag: sent.tag.toString('hex'),
    district: sent.district,
    choices: sent.choices,
    nonce: randomBytes(16).toString('hex'),
    retry: null,
    ...changes,
  }).slice(0, -1)
  return { key: sent.tag, value: sealedBody(election, body) }
}

/** Any body, sealed with the key. */
export function sealedBody(election: Election, body: string): Buffer {
  const seal = createHash('sha256').update(election.sealKey).update(body).digest('hex').slice(0, 32)
  return Buffer.from(`${body},"seal":"${seal}"}`)
}

/** The final number for every key in the topic: the key's text and its ballots. */
export function expectedCounts(
  election: Election,
  counted: readonly SentBallot[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const add = (district: string, contest: number, marks: readonly number[]) => {
    const key = `${election.id}|${district}|${contest}|${JSON.stringify(marks)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const { district, choices } of counted) {
    for (const [contest, marks] of choices.entries()) add(district, contest, marks)
    add(district, -1, choices.some((marks) => marks.length > 0) ? [1] : [])
  }
  return counts
}

const MOST_RECORDS = 2000
const MOST_BYTES = 1_000_000

export async function send(brokers: string, records: readonly KafkaRecord[]): Promise<void> {
  const producer = new Producer({
    clientId: 'test-votes',
    bootstrapBrokers: brokers.split(','),
    acks: -1,
    retries: 100,
    retryDelay: 200,
  })
  try {
    for (const some of batchesOf(records))
      await producer.send({
        // To Kafka a null value is a record like any other; the client's types exclude it.
        messages: some.map(({ key, value }) => ({ topic: VOTES, key, value: value as Buffer })),
      })
  } finally {
    await producer.close()
  }
}

/**
 * Splits records into batches that Kafka accepts: it refuses more than 1 MiB, even if all records
 * go to one partition.
 */
function batchesOf(records: readonly KafkaRecord[]): KafkaRecord[][] {
  const batches: KafkaRecord[][] = [[]]
  let bytes = 0
  for (const one of records) {
    const own = one.key.length + (one.value?.length ?? 0)
    if (batches.at(-1)!.length === MOST_RECORDS || bytes + own > MOST_BYTES) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(one)
    bytes += own
  }
  return batches
}

export interface CountsReader {
  /** The last and the highest number per key, of one election. */
  readonly last: ReadonlyMap<string, number>
  readonly highest: ReadonlyMap<string, number>
  /** Returns the number of records since the reader began. */
  readonly received: () => number
  readonly close: () => Promise<void>
}

/**
 * Follows an election's counts from the topic's first record. Throws on a record that is not in the
 * agreed format.
 */
export async function followCounts(
  brokers: string,
  electionId: string,
  onCount = () => {},
): Promise<CountsReader> {
  const consumer = new Consumer({
    groupId: `test-${randomBytes(8).toString('hex')}`,
    clientId: 'test-counts',
    bootstrapBrokers: brokers.split(','),
    maxWaitTime: 20,
  })
  const stream = await consumer.consume({ topics: [AGGREGATED_VOTES], mode: 'earliest', autocommit: false })
  const last = new Map<string, number>()
  const highest = new Map<string, number>()
  let received = 0
  stream.on('data', ({ key, value }) => {
    const [keyText, valueText] = [key.toString(), value.toString()]
    if (!keyText.startsWith(`${electionId}|`)) return
    const [, district, contest, marks] = keyText.split('|')
    const ballots = Number(/"ballots":(\d+)}$/.exec(valueText)?.[1])
    const agreed =
      `{"v":1,"election":"${electionId}","district":"${district}",` +
      `"contest":${contest},"marks":${marks},"ballots":${ballots}}`
    if (valueText !== agreed) throw new Error(`not the agreed format: ${valueText}`)
    last.set(keyText, ballots)
    highest.set(keyText, Math.max(ballots, highest.get(keyText) ?? 0))
    received++
    onCount()
  })
  return {
    last,
    highest,
    received: () => received,
    close: async () => {
      await stream.close()
      await consumer.close(true)
    },
  }
}

const sorted = (counts: ReadonlyMap<string, number>) => JSON.stringify([...counts].sort())

/**
 * Waits until the counts are the expected ones.
 * @throws if they are not equal in time, or if one number is exceeded
 */
export async function countsToBe(
  reader: CountsReader,
  expected: ReadonlyMap<string, number>,
  limitMs = 180_000,
): Promise<void> {
  const untilMs = performance.now() + limitMs
  while (sorted(reader.last) !== sorted(expected)) {
    for (const [key, ballots] of reader.highest)
      if (ballots > (expected.get(key) ?? 0))
        throw new Error(`${key}: counted ${ballots}, cast ${expected.get(key) ?? 0}`)
    if (performance.now() > untilMs)
      throw new Error(`counts differ:\n${sorted(reader.last)}\n${sorted(expected)}`)
    await sleep(50)
  }
  if (sorted(reader.highest) !== sorted(expected)) throw new Error('counts exceed the cast ballots')
}
