/**
 * Reads a topic from given offsets on, in each partition's order, without a consumer group: where a reader stands is the
 * business of whoever stores what it read.
 */
import { type ClusterMetadata, Consumer, ListOffsetTimestamps } from '@platformatic/kafka'

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 15_000
/** A fetch with nothing to tell is answered after so long. */
const WAIT_MS = 250
/** Batch attribute: markers of transactions, no records of anybody. */
const CONTROL = 0x20
const PARTITION_BYTES = 1 << 20
const FETCH_BYTES = 16 << 20

type RawConsumer = Consumer<Buffer, Buffer, Buffer, Buffer>

export interface TopicRecord {
  readonly partition: number
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
}

export interface TopicBatch {
  readonly records: readonly TopicRecord[]
  /** Offset of the next record to read, of every partition the batch moved on. */
  readonly next: ReadonlyMap<number, bigint>
}

export interface TopicReader {
  /**
   * Records from the given offsets on, of partitions without one from the first, until the signal. Batches without
   * records are passed over.
   * @throws where the brokers cannot be reached or no longer hold an offset; a new call may go on
   */
  readonly read: (from: ReadonlyMap<number, bigint>, signal: AbortSignal) => AsyncGenerator<TopicBatch>
  /** Offset after the last record, of every partition, now. @throws where the brokers cannot be reached */
  readonly ends: () => Promise<ReadonlyMap<number, bigint>>
  readonly close: () => Promise<void>
}

/** @param brokers `host:port` */
export function topicReader(brokers: readonly string[], topic: string): TopicReader {
  const consumer: RawConsumer = new Consumer({
    clientId: 'digital-elections',
    // A name alone: the group is never joined.
    groupId: 'digital-elections-reader',
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    timeout: REQUEST_TIMEOUT_MS,
    retries: 0,
    autocommit: false,
  })

  const ends = async (): Promise<ReadonlyMap<number, bigint>> => {
    const offsets = await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST })
    return new Map((offsets.get(topic) ?? []).map((offset, partition) => [partition, offset]))
  }

  async function* read(from: ReadonlyMap<number, bigint>, signal: AbortSignal): AsyncGenerator<TopicBatch> {
    const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true })
    const nodes = partitionsByLeader(metadata, topic)
    const positions = new Map<number, bigint>()
    for (const partitions of nodes.values())
      for (const partition of partitions) positions.set(partition, from.get(partition) ?? 0n)
    while (!signal.aborted) {
      const fetched = await Promise.all(
        [...nodes].map(([node, partitions]) =>
          fetchFrom(consumer, metadata, topic, node, partitions, positions),
        ),
      )
      if (signal.aborted) return
      for (const batch of fetched) {
        for (const [partition, offset] of batch.next) positions.set(partition, offset)
        if (batch.records.length > 0) yield batch
      }
    }
  }

  return { read, ends, close: async () => consumer.close(true) }
}

function partitionsByLeader(metadata: ClusterMetadata, topic: string): Map<number, number[]> {
  const found = metadata.topics.get(topic)
  if (found === undefined) throw new Error(`Kafka has no topic "${topic}"`)
  const nodes = new Map<number, number[]>()
  for (const [partition, { leader }] of found.partitions.entries()) {
    if (leader < 0) throw new Error(`partition ${partition} of "${topic}" has no leader`)
    const partitions = nodes.get(leader)
    if (partitions) partitions.push(partition)
    else nodes.set(leader, [partition])
  }
  return nodes
}

async function fetchFrom(
  consumer: RawConsumer,
  metadata: ClusterMetadata,
  topic: string,
  node: number,
  partitions: readonly number[],
  positions: ReadonlyMap<number, bigint>,
): Promise<TopicBatch> {
  const response = await consumer.fetch({
    node,
    maxWaitTime: WAIT_MS,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    topics: [
      {
        topicId: metadata.topics.get(topic)!.id,
        partitions: partitions.map((partition) => ({
          partition,
          fetchOffset: positions.get(partition)!,
          partitionMaxBytes: PARTITION_BYTES,
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        })),
      },
    ],
  })
  const records: TopicRecord[] = []
  const next = new Map<number, bigint>()
  for (const { partitions: told } of response.responses)
    for (const { partitionIndex: partition, records: batches } of told) {
      const position = positions.get(partition)!
      for (const batch of batches ?? []) {
        const after = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
        // A batch comes whole, also what lies in it before the position asked for.
        if (after <= position) continue
        next.set(partition, after)
        if (batch.attributes & CONTROL) continue
        for (const { offsetDelta, key, value } of batch.records) {
          const offset = batch.firstOffset + BigInt(offsetDelta)
          if (offset >= position) records.push({ partition, offset, key, value })
        }
      }
    }
  return { records, next }
}
