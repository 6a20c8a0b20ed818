/** Kafka's partitioning rule: vectors of its own tests, and the client's slower implementation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compatibilityPartitioner } from '@platformatic/kafka'
import fc from 'fast-check'
import { partitionOf, positiveMurmur2 } from './partition.ts'

/** From Kafka's UtilsTest.testMurmur2. */
const VECTORS: Readonly<Record<string, number>> = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107,
}

test('the vectors of Kafka’s own tests hold', () => {
  for (const [text, hash] of Object.entries(VECTORS))
    assert.equal(positiveMurmur2(Buffer.from(text)), hash & 0x7fff_ffff, text)
})

test('any key of up to 4 words, and any tag, has the client’s partition', () => {
  const theirs = compatibilityPartitioner as (message: unknown, key: Buffer) => number
  const check = (bytes: Uint8Array) => {
    const key = Buffer.from(bytes)
    assert.equal(positiveMurmur2(key), theirs(undefined, key))
    assert.equal(partitionOf(key, 12), positiveMurmur2(key) % 12)
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 16 }), check))
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), check), { numRuns: 2_000 })
})
