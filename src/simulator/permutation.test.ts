import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { permutation } from './permutation.ts'

test('a permutation contains every number once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer(), (n, seed) => {
      const order = permutation(n, seed)
      const seen = new Set(Array.from({ length: n }, (_, i) => order(i)))
      assert.equal(seen.size, n)
      for (const value of seen) assert.ok(Number.isInteger(value) && value >= 0 && value < n)
    }),
  )
})

test('another seed gives another order, and no order is the identity', () => {
  const take = (seed: number) => Array.from({ length: 200 }, (_, i) => permutation(1_000_000, seed)(i))
  assert.notDeepEqual(take(1), take(2))
  assert.ok(take(1).filter((value, i) => value === i).length < 5)
})
