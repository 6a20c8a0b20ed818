/**
 * The client's producer with the encoding of records our own: the client's makes several growing
 * buffers, a map and a list per record. Retries, sequence numbers, leaders and connections stay the
 * client's.
 */
import {
  type API,
  type Callback,
  createAPI,
  kGetApi,
  type MessageRecord,
  Producer,
  produceV11,
  Writer,
} from '@platformatic/kafka'
import { recordBatch } from './record-batch.ts'

type ProduceOptions = Parameters<typeof produceV11.createRequest>[3]

export class BallotProducer extends Producer<Buffer, Buffer> {
  override [kGetApi]<Arguments extends unknown[], Answer>(
    name: string,
    callback: Callback<API<Arguments, Answer>>,
  ): void {
    super[kGetApi]<Arguments, Answer>(name, (error, api) => {
      // What an older broker speaks is the client's to write.
      const isOurs = name === 'Produce' && api?.version === produceV11.api.version
      callback(error, isOurs ? (produce as unknown as API<Arguments, Answer>) : api)
    })
  }
}

const produce = createAPI(
  produceV11.api.key,
  produceV11.api.version,
  produceRequest,
  produceV11.parseResponse,
)

/**
 * The body of a produce request of version 11, for messages of one topic and time, without headers.
 */
export function produceRequest(
  acks: number,
  timeoutMs: number,
  messages: readonly MessageRecord[],
  options: ProduceOptions = {},
): Writer {
  const topic = messages[0]!.topic
  const byPartition = new Map<number, MessageRecord[]>()
  for (const message of messages) {
    const same = byPartition.get(message.partition!)
    if (same) same.push(message)
    else byPartition.set(message.partition!, [message])
  }
  const { producerId = -1n, producerEpoch = 0, sequences } = options
  const writer = Writer.create()
    .appendString(null)
    .appendInt16(acks)
    .appendInt32(timeoutMs)
    .appendArray([topic], (w) => {
      w.appendString(topic).appendArray([...byPartition], (partitions, [partition, records]) => {
        const sequence = sequences?.getWithDefault(`${topic}:${partition}`, 0) ?? 0
        const batch = recordBatch(records as { key: Buffer; value: Buffer; timestamp: bigint }[], {
          ...{ producerId, producerEpoch, sequence },
          timestampMs: records[0]!.timestamp as bigint,
        })
        partitions
          .appendInt32(partition)
          .appendUnsignedVarInt(batch.length + 1)
          .append(batch)
      })
    })
    .appendTaggedFields()
  return writer
}
