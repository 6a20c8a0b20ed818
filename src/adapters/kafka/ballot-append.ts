/**
 * Appends ballots to `votes` (contract: ports/ballot-append.ts): every in-sync copy has them before
 * the append resolves.
 *
 * An append that has not ended in time is given up together with its producer and connections, so
 * that nothing of it is sent later; the next append creates a new producer.
 */
import { ProduceAcks, type Producer } from '@platformatic/kafka'
import { VOTES } from '../../core/log/topics.ts'
import type { AppendedRecord, BallotAppend } from '../../ports/ballot-append.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { BallotProducer } from './ballot-producer.ts'
import { clientOptions } from './client-options.ts'
import { positiveMurmur2 } from './partition.ts'
import { APPEND_PATIENCE } from './patience.ts'

export interface KafkaAppendOptions extends KafkaAddress {
  readonly clientId?: string
  /** How long an append may take, including retries. */
  readonly deliveryTimeoutMs?: number
}

const DEFAULT_DELIVERY_TIMEOUT_MS = 4_000

export function kafkaAppend(options: KafkaAppendOptions): BallotAppend {
  const { deliveryTimeoutMs = DEFAULT_DELIVERY_TIMEOUT_MS } = options
  const way = wayToKafka(options, deliveryTimeoutMs)
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
      await way.use((producer) => producer.send({ messages }))
    },
    probe: async () => {
      await way.use(async (producer) => {
        const metadata = await producer.metadata({ topics: [VOTES], forceUpdate: true })
        const leaders = metadata.topics.get(VOTES)!.partitions.map(({ leader }) => leader)
        if (leaders.some((leader) => !metadata.brokers.has(leader)))
          throw new Error('a partition of votes has no leader')
        await producer.connectToBrokers([...new Set(leaders)])
      })
    },
    close: way.close,
  }
}

type Ballots = Producer<Buffer, Buffer>

interface WayToKafka {
  /** @throws Kafka's error, or a timeout; the next use then has another producer */
  readonly use: <Result>(work: (producer: Ballots) => Promise<Result>) => Promise<Result>
  readonly close: () => Promise<void>
}

/** One producer at a time, given up with its connections as soon as anything fails. */
function wayToKafka(options: KafkaAppendOptions, deliveryTimeoutMs: number): WayToKafka {
  let producer: Ballots | undefined
  let closed = false
  /** The error of the last attempt, which the client then repeats. */
  let hindrance: Error | undefined

  const open = (): Ballots => {
    if (closed) throw new Error('the connection to Kafka is closed')
    producer ??= newProducer(options, deliveryTimeoutMs, (cause) => {
      hindrance = cause
    })
    return producer
  }

  const discard = (given: Ballots): void => {
    if (producer === given) producer = undefined
    given.close(true).catch(() => {})
  }

  return {
    use: async (work) => {
      const using = open()
      const { promise: late, reject } = Promise.withResolvers<never>()
      hindrance = undefined
      const timer = setTimeout(
        () => reject(new Error(`Kafka did not answer within ${deliveryTimeoutMs} ms`, { cause: hindrance })),
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
    },
    close: async () => {
      closed = true
      await producer?.close(true).catch(() => {})
    },
  }
}

function newProducer(
  options: KafkaAppendOptions,
  deliveryTimeoutMs: number,
  onHindrance: (cause: Error) => void,
): Ballots {
  const { clientId = 'elections-gateway' } = options
  return new BallotProducer({
    clientId,
    ...clientOptions(options),
    idempotent: true,
    acks: ProduceAcks.ALL,
    ...APPEND_PATIENCE,
    retryDelay: (_client, _operation, _attempt, _retries, cause) => {
      onHindrance(cause)
      return APPEND_PATIENCE.retryDelay
    },
    requestTimeout: deliveryTimeoutMs,
    timeout: deliveryTimeoutMs,
    // The client's own partitioner does the same with BigInt, which costs some twenty times as
    // much.
    partitioner: (_message, key) => positiveMurmur2(key!),
  })
}
