/**
 * Reads a topic's partitions straight from their leaders, without a consumer group: where it stands is for the caller
 * to know. Yields whole batches of records; comes back after outages.
 */
import { Consumer, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka'

export interface FetchedRecord {
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

export interface TopicFetcher {
  readonly partitions: () => Promise<number>
  /** Per partition the offset after the last record. */
  readonly ends: () => Promise<readonly number[]>
  /**
   * One round to every leader: what is there at the given offsets, waiting a little where nothing is.
   * @returns the records, and where to read next
   */
  readonly fetch: (
    from: readonly number[],
    waitMs: number,
  ) => Promise<{ readonly records: readonly FetchedRecord[]; readonly next: readonly number[] }>
  readonly close: () => Promise<void>
}

export interface FetcherOptions {
  readonly brokers: readonly string[]
  readonly topic: string
  readonly clientId?: string
}

const TIMEOUTS = { connectTimeout: 1_500, requestTimeout: 10_000, timeout: 10_000 } as const
const PARTITION_BYTES = 2_097_152
const FETCH_BYTES = 16_777_216
/** Kafka's flag of batches that hold no records of anybody. */
const IS_CONTROL = 1 << 5

export function topicFetcher({
  brokers,
  topic,
  clientId = 'elections-reader',
}: FetcherOptions): TopicFetcher {
  const consumer = new Consumer({
    clientId,
    // Named because the client wants it; no group is ever joined.
    groupId: clientId,
    bootstrapBrokers: [...brokers],
    retries: 2,
    retryDelay: 200,
    ...TIMEOUTS,
  })
  consumer.topics.track(topic)
  consumer.on('error', () => {})

  const topicNow = async () => {
    const metadata = await consumer.metadata({ topics: [topic] })
    return metadata.topics.get(topic)!
  }

  const fetchFrom = async (
    node: number,
    topicId: string,
    partitions: readonly number[],
    from: readonly number[],
    waitMs: number,
  ) => {
    const response = await consumer.fetch({
      node,
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      isolationLevel: FetchIsolationLevels.READ_UNCOMMITTED,
      topics: [
        {
          topicId,
          partitions: partitions.map((partition) => ({
            partition,
            fetchOffset: BigInt(from[partition]!),
            partitionMaxBytes: PARTITION_BYTES,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          })),
        },
      ],
    })
    return response.responses.flatMap((told) => told.partitions)
  }

  return {
    partitions: async () => (await topicNow()).partitionsCount,
    ends: async () => {
      const offsets = await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })
      return offsets.get(topic)!.map(Number)
    },
    fetch: async (from, waitMs) => {
      const { id, partitions } = await topicNow()
      const ledBy = new Map<number, number[]>()
      for (const [partition, { leader }] of partitions.entries()) {
        if (partition >= from.length) continue
        const led = ledBy.get(leader)
        if (led) led.push(partition)
        else ledBy.set(leader, [partition])
      }
      const rounds = await Promise.all(
        [...ledBy].map(([node, led]) => fetchFrom(node, id, led, from, waitMs)),
      )
      const next = [...from]
      const records: FetchedRecord[] = []
      for (const { partitionIndex: partition, records: batches } of rounds.flat())
        for (const batch of batches ?? []) {
          const after = Number(batch.firstOffset) + batch.lastOffsetDelta + 1
          if (after <= next[partition]!) continue
          if ((batch.attributes & IS_CONTROL) === 0)
            for (const { offsetDelta, key, value } of batch.records) {
              const offset = Number(batch.firstOffset) + offsetDelta
              // A batch is sent whole, also where reading begins in its middle.
              if (offset >= next[partition]!) records.push({ partition, offset, key, value })
            }
          next[partition] = after
        }
      return { records, next }
    },
    close: async () => {
      await consumer.close(true).catch(() => {})
    },
  }
}
