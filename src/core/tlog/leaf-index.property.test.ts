import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { leafIndex } from './leaf-index.ts'

/** The first words have few different values, so that runs contain equal ones. */
const leaf = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 255 })).map(([word, last]) => {
  const bytes = new Uint8Array(32)
  bytes[0] = word * 80
  bytes[3] = word
  bytes[31] = last
  return bytes
})

test('the candidates of a hash are exactly the leaves with its first word, including the leaf itself', () => {
  fc.assert(
    fc.property(fc.array(fc.array(leaf, { maxLength: 20 }), { maxLength: 12 }), (batches) => {
      const index = leafIndex()
      const all = batches.flat()
      for (const batch of batches) index.add(Uint8Array.from(batch.flatMap((one) => [...one])))
      assert.equal(index.size(), all.length)
      for (const wanted of all) {
        const expected = all.flatMap((one, i) => (one[0] === wanted[0] ? [i] : []))
        assert.deepEqual(
          [...index.candidates(wanted)].sort((a, b) => a - b),
          expected,
        )
      }
      assert.deepEqual(index.candidates(new Uint8Array(32).fill(9)), [])
    }),
  )
})
