/**
 * Reads a topic's partitions directly from their leaders, without a consumer group: the caller
 * keeps the position. Yields whole batches of records, and recovers from outages.
 */
import { Consumer, FetchIsolationLevels, type FetchOptions, ListOffsetTimestamps } from '@platformatic/kafka'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { clientOptions } from './client-options.ts'
import { READ_PATIENCE } from './patience.ts'

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
   * One request to every leader: the records from the given offsets on, waiting a little
   * if none are available.
   * @returns the records, and where to read next
   */
  readonly fetch: (
    from: readonly number[],
    waitMs: number,
  ) => Promise<{ readonly records: readonly FetchedRecord[]; readonly next: readonly number[] }>
  readonly close: () => Promise<void>
}

export interface FetcherOptions extends KafkaAddress {
  readonly topic: string
  readonly clientId?: string
}

const PARTITION_BYTES = 2_097_152
const FETCH_BYTES = 16_777_216
/** Kafka's flag of batches that contain only control records. */
const IS_CONTROL = 1 << 5

export function topicFetcher(options: FetcherOptions): TopicFetcher {
  const { topic } = options
  const consumer = newConsumer(options)

  const topicNow = async () => {
    const metadata = await consumer.metadata({ topics: [topic] })
    return metadata.topics.get(topic)!
  }

  return {
    partitions: async () => (await topicNow()).partitionsCount,
    ends: async () => {
      const offsets = await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })
      return offsets.get(topic)!.map(Number)
    },
    fetch: async (from, waitMs) => {
      const { id, partitions } = await topicNow()
      const ledBy = partitionsByLeader(partitions.slice(0, from.length))
      const rounds = await Promise.all(
        [...ledBy].map(([node, led]) => consumer.fetch(fetchOptions(node, id, led, from, waitMs))),
      )
      return recordsFrom(
        rounds.flatMap(({ responses }) => responses.flatMap((response) => response.partitions)),
        from,
      )
    },
    close: async () => {
      await consumer.close(true).catch(() => {})
    },
  }
}

function newConsumer(options: FetcherOptions): Consumer {
  const { topic, clientId = 'elections-reader' } = options
  const consumer = new Consumer({
    clientId,
    // The client requires a name; no group is ever joined.
    groupId: clientId,
    ...clientOptions(options),
    ...READ_PATIENCE,
  })
  consumer.topics.track(topic)
  consumer.on('error', () => {})
  return consumer
}

/** Per broker the partitions that it leads. */
function partitionsByLeader(
  partitions: readonly { readonly leader: number }[],
): ReadonlyMap<number, readonly number[]> {
  const ledBy = new Map<number, number[]>()
  for (const [partition, { leader }] of partitions.entries()) {
    const led = ledBy.get(leader)
    if (led) led.push(partition)
    else ledBy.set(leader, [partition])
  }
  return ledBy
}

function fetchOptions(
  node: number,
  topicId: string,
  partitions: readonly number[],
  from: readonly number[],
  waitMs: number,
): FetchOptions<Buffer, Buffer, Buffer, Buffer> {
  return {
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
  }
}

type FetchedPartition = Awaited<ReturnType<Consumer['fetch']>>['responses'][number]['partitions'][number]

/** The records from the given offsets on, and where to read next. */
function recordsFrom(
  fetched: readonly FetchedPartition[],
  from: readonly number[],
): { readonly records: readonly FetchedRecord[]; readonly next: readonly number[] } {
  const next = [...from]
  const records: FetchedRecord[] = []
  for (const { partitionIndex: partition, records: batches } of fetched)
    for (const batch of batches ?? []) {
      const first = Number(batch.firstOffset)
      const after = first + batch.lastOffsetDelta + 1
      if (after <= next[partition]!) continue
      if ((batch.attributes & IS_CONTROL) === 0)
        for (const { offsetDelta, key, value } of batch.records) {
          const offset = first + offsetDelta
          // A batch is sent whole, even if the read begins in its middle.
          if (offset >= next[partition]!) records.push({ partition, offset, key, value })
        }
      next[partition] = after
    }
  return { records, next }
}
