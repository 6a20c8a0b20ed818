/**
 * Appends ballots to `votes` (contract: ports/ballot-append.ts): every in-sync copy has them before it is told.
 *
 * An append that has not ended in time is given up together with its producer and its connections, so that nothing of
 * it is sent later behind everybody's back; the next append makes a new producer.
 */
import { compatibilityPartitioner, ProduceAcks, Producer } from '@platformatic/kafka'
import type { AppendedRecord, BallotAppend } from '../../ports/ballot-append.ts'
import { VOTES } from './topics.ts'

export interface KafkaAppendOptions {
  /** `host:port` of any brokers of the cluster. */
  readonly brokers: readonly string[]
  readonly clientId?: string
  /** How long an append may take, retries included. */
  readonly deliveryTimeoutMs?: number
}

const DEFAULT_DELIVERY_TIMEOUT_MS = 4_000
const CONNECT_TIMEOUT_MS = 1_500
const RETRY_DELAY_MS = 100
/** More than one, or this client retries for ever. */
const RETRIES = 40

export function kafkaAppend(options: KafkaAppendOptions): BallotAppend {
  const { brokers, clientId = 'elections-gateway', deliveryTimeoutMs = DEFAULT_DELIVERY_TIMEOUT_MS } = options
  let producer: Producer<Buffer, Buffer> | undefined
  let closed = false

  const open = (): Producer<Buffer, Buffer> => {
    if (closed) throw new Error('the way to Kafka is closed')
    producer ??= new Producer<Buffer, Buffer>({
      clientId,
      bootstrapBrokers: [...brokers],
      idempotent: true,
      acks: ProduceAcks.ALL,
      retries: RETRIES,
      retryDelay: RETRY_DELAY_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: deliveryTimeoutMs,
      timeout: deliveryTimeoutMs,
      // Java's clients and Kafka's tools put a key into the same partition.
      partitioner: compatibilityPartitioner,
    })
    return producer
  }

  const discard = (given: Producer<Buffer, Buffer>): void => {
    if (producer === given) producer = undefined
    given.close(true).catch(() => {})
  }

  const bounded = async <Result>(
    work: (producer: Producer<Buffer, Buffer>) => Promise<Result>,
  ): Promise<Result> => {
    const using = open()
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error(`Kafka did not answer within ${deliveryTimeoutMs} ms`)),
      deliveryTimeoutMs,
    )
    try {
      return await Promise.race([work(using), late])
    } catch (cause) {
      discard(using)
      throw new Error(`Kafka: ${(cause as Error).message}`, { cause })
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    deliveryTimeoutMs,
    append: async (records, timestampMs) => {
      const timestamp = BigInt(timestampMs)
      const messages = records.map(({ tag, value }: AppendedRecord) => ({
        topic: VOTES,
        key: Buffer.from(tag, 'latin1'),
        value: Buffer.from(value, 'latin1'),
        timestamp,
      }))
      await bounded((using) => using.send({ messages }))
    },
    probe: async () => {
      await bounded(async (using) => {
        const metadata = await using.metadata({ topics: [VOTES], forceUpdate: true })
        const leaders = metadata.topics.get(VOTES)!.partitions.map(({ leader }) => leader)
        if (leaders.some((leader) => !metadata.brokers.has(leader)))
          throw new Error('a partition of votes has no leader')
        await using.connectToBrokers([...new Set(leaders)])
      })
    },
    close: async () => {
      closed = true
      await producer?.close(true).catch(() => {})
    },
  }
}
