/** A reused hash state gives the hashes of RFC 6962, independent of what was hashed before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import { browserTreeHasher } from './hashing.ts'

test('leaves of every length and nodes, hashed in turn, have the same hashes as with node:crypto', () => {
  const [hasher, known] = [browserTreeHasher(), nodeTreeHasher()]
  const step = fc.record({
    leaf: fc.boolean(),
    bytes: fc.uint8Array({ minLength: 64, maxLength: 300 }),
    from: fc.nat(63),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      for (const { leaf, bytes, from } of steps) {
        const [made, wanted] = [new Uint8Array(40), new Uint8Array(40)]
        for (const [by, out] of [
          [hasher, made],
          [known, wanted],
        ] as const) {
          if (leaf) by.leaf(bytes, from, bytes.length, out, 5)
          else by.node(bytes, bytes.length - 64, out, 5)
        }
        assert.deepEqual(made, wanted)
        assert.deepEqual(new Uint8Array(hasher.sha256(bytes)), new Uint8Array(known.sha256(bytes)))
      }
    }),
    { numRuns: 300 },
  )
  const text = new Uint8Array(1000)
  for (let length = 0; length < 260; length++) {
    const [made, wanted] = [new Uint8Array(32), new Uint8Array(32)]
    hasher.leaf(text, 0, length, made, 0)
    known.leaf(text, 0, length, wanted, 0)
    assert.deepEqual(made, wanted, `${length} bytes`)
  }
})
