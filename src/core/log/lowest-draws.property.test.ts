import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lowestDraws } from './lowest-draws.ts'

/**
 * Draws whose first six bytes are equal, which need the full comparison, are as frequent here as
 * others.
 */
const draw = fc
  .tuple(fc.constantFrom('\0\0\0\0\0\0', '\0\0\0\0\0\u0001', '\u00ff'.repeat(6)), fc.nat(255), fc.nat(255))
  .map(([start, a, b]) => start + String.fromCharCode(a, b))
const draws = fc.uniqueArray(draw, { maxLength: 60, size: 'max' })

test('the lowest draws are the same as by sorting all, also if the first six bytes are equal', () => {
  fc.assert(
    fc.property(draws, fc.nat(100), (all, share) => {
      const count = Math.floor((all.length * share) / 100)
      const places = all.map((_, i) => i)
      const { lowest, others } = lowestDraws(places, count, (place) => all[place]!)
      const sorted = all.toSorted((a, b) => (a < b ? -1 : 1))
      const drawn = (some: readonly number[]) => new Set(some.map((place) => all[place]!))
      assert.deepEqual(drawn(lowest), new Set(sorted.slice(0, count)))
      assert.deepEqual(drawn(others), new Set(sorted.slice(count)))
      assert.equal(lowest.length + others.length, all.length)
    }),
  )
})
