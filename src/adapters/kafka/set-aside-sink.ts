/**
 * Keeps what is set aside in the topic `votes_set_aside`, as JSON:
 * `{"v":1,"reason":"…","partition":N,"offset":N,"key":"BASE64"|null,"value":"BASE64"|null,"value_bytes":N}`.
 */
import { ProduceAcks, Producer } from '@platformatic/kafka'
import { VOTES_SET_ASIDE } from '../../core/log/topics.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import type { SetAsideRecord, SetAsideSink } from '../../ports/set-aside-sink.ts'
import { clientOptions } from './client-options.ts'
import { SET_ASIDE_PATIENCE } from './patience.ts'
import { kafkaVotesReader } from './votes-reader.ts'

/** Most bytes of a key or value that are kept. */
const KEPT_BYTES = 4_096

export function kafkaSetAside(kafka: KafkaAddress): SetAsideSink {
  const producer = new Producer<Buffer, Buffer>({
    clientId: 'elections-set-aside',
    ...clientOptions(kafka),
    acks: ProduceAcks.ALL,
    ...SET_ASIDE_PATIENCE,
  })
  const reader = kafkaVotesReader({ ...kafka, topic: VOTES_SET_ASIDE })
  return {
    write: async (records) => {
      const messages = records.map((record) => ({
        topic: VOTES_SET_ASIDE,
        value: Buffer.from(toJson(record)),
      }))
      await producer.send({ messages, acks: ProduceAcks.ALL })
    },
    written: async function* () {
      for await (const records of reader.toEnd()) yield records.flatMap(({ value }) => fromJson(value))
    },
    close: async () => {
      await Promise.all([producer.close(true).catch(() => {}), reader.close()])
    },
  }
}

function toJson({ reason, partition, offset, key, value, valueBytes }: SetAsideRecord): string {
  const base64 = (text: string | null) =>
    text === null ? null : Buffer.from(text.slice(0, KEPT_BYTES), 'latin1').toString('base64')
  return JSON.stringify({
    v: 1,
    reason,
    partition,
    offset,
    key: base64(key),
    value: base64(value),
    value_bytes: valueBytes,
  })
}

/** Returns nothing for foreign records: strangers can write to this topic too. */
function fromJson(
  text: string | null,
): { readonly reason: string; readonly partition: number; readonly offset: number }[] {
  try {
    const { v, reason, partition, offset } = JSON.parse(text ?? '') as Record<string, unknown>
    const isOurs =
      v === 1 && typeof reason === 'string' && Number.isSafeInteger(partition) && Number.isSafeInteger(offset)
    return isOurs ? [{ reason, partition: partition as number, offset: offset as number }] : []
  } catch {
    return []
  }
}
