/**
 * Our encoding of records is the client's, byte for byte: it is read back by brokers, Spark and the
 * client itself.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createRecordsBatch, NumericMap, produceV11 } from '@platformatic/kafka'
import fc from 'fast-check'
import { produceRequest } from './ballot-producer.ts'
import { recordBatch } from './record-batch.ts'

const timestamp = 1_764_000_000_000n
const options = (sequences: Record<string, number>) => {
  const numbers = new NumericMap()
  for (const [key, value] of Object.entries(sequences)) numbers.set(key, value)
  return { producerId: 77n, producerEpoch: 3, sequences: numbers }
}
const messageOf = (value: Uint8Array, partition: number) => ({
  ...{ topic: 'votes', key: randomBytes(32), value: Buffer.from(value), headers: new Map() },
  ...{ partition, timestamp },
})

test('a batch is what the client makes of the same records', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 200 }),
      fc.nat(2 ** 31 - 1),
      (values, sequence) => {
        const messages = values.map((value) => messageOf(value, 4))
        const theirs = createRecordsBatch(messages, options({ 'votes:4': sequence })).buffer
        const ours = recordBatch(messages, {
          ...{ timestampMs: timestamp, producerId: 77n, producerEpoch: 3, sequence },
        })
        assert.equal(ours.toString('hex'), theirs.toString('hex'))
      },
    ),
  )
})

test('lengths that take one byte more are written as such', () => {
  for (const bytes of [0, 20, 24, 25, 26, 63, 64, 8_140, 8_191, 8_192, 262_144, 1_048_560, 1_048_576]) {
    const messages = [messageOf(Buffer.alloc(bytes, 0x61), 0)]
    const theirs = createRecordsBatch(messages, options({})).buffer
    const ours = recordBatch(messages, {
      ...{ timestampMs: timestamp, producerId: 77n, producerEpoch: 3, sequence: 0 },
    })
    assert.ok(ours.equals(theirs), `${bytes} bytes`)
  }
})

test('a request is what the client makes of it', () => {
  const messages = Array.from({ length: 5_000 }, (_, i) => messageOf(randomBytes(40 + (i % 90)), (i * 7) % 6))
  const given = options({ 'votes:0': 5, 'votes:3': 2 ** 31 - 1 })
  const ours = produceRequest(-1, 4_000, messages, given).buffer
  const theirs = produceV11.createRequest(-1, 4_000, messages, given).buffer
  assert.ok(ours.equals(theirs))
})
