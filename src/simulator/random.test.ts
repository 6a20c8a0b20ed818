import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from './random.ts'

describe('the seeded generator', () => {
  it('gives the same numbers for the same seed and stream, and others otherwise', () => {
    const draw = (seed: number, stream?: number) => {
      const random = seededRandom(seed, stream)
      return Array.from({ length: 8 }, random.uint32)
    }
    assert.deepEqual(draw(7), draw(7))
    const all = [draw(7), draw(8), draw(7, 1), draw(7 + 2 ** 32), draw(0), draw(0, 1)].flat()
    assert.equal(new Set(all).size, all.length)
  })

  it('is even: each sixteenth of its range gets its share', () => {
    const random = seededRandom(42)
    const buckets = new Array<number>(16).fill(0)
    const draws = 160_000
    for (let i = 0; i < draws; i++) buckets[random.below(16)]!++
    const expected = draws / 16
    const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 15 degrees of freedom: 37.7 is exceeded once in a thousand.
    assert.ok(chiSquare < 37.7, `chi-square ${chiSquare}`)
  })

  it('writes the requested number of hexadecimal digits', () => {
    const random = seededRandom(1)
    for (const digits of [0, 1, 8, 13, 32])
      assert.match(random.hex(digits), new RegExp(`^[0-9a-f]{${digits}}$`))
  })
})
