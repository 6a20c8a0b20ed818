/** Ranks and shares: examples, and what must hold for any votes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rankOptions } from './ranking.ts'

const options = (...votes: number[]) => votes.map((n, i) => ({ name: `option ${i}`, votes: n }))
const anyOptions = fc
  .array(fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 1e9 })), { minLength: 1, maxLength: 40 })
  .map((votes) => options(...votes))

test('equal votes share a rank, and the next rank is skipped', () => {
  const ranked = rankOptions(options(10, 30, 30, 20))
  assert.deepEqual(
    ranked.map(({ index, rank }) => [index, rank]),
    [
      [1, 1],
      [2, 1],
      [3, 3],
      [0, 4],
    ],
  )
})

test('without votes, all options are first and no option has a share', () => {
  for (const { rank, share } of rankOptions(options(0, 0, 0))) assert.deepEqual([rank, share], [1, null])
})

test('a rank is one more than the number of options with more votes', () => {
  fc.assert(
    fc.property(anyOptions, (all) => {
      for (const { option, rank } of rankOptions(all))
        assert.equal(rank, 1 + all.filter((other) => other.votes > option.votes).length)
    }),
  )
})

test('ranking keeps every option, in order of votes, equals in definition order', () => {
  fc.assert(
    fc.property(anyOptions, (all) => {
      const ranked = rankOptions(all)
      assert.deepEqual(
        ranked.map(({ index }) => index).toSorted((a, b) => a - b),
        all.map((_, i) => i),
      )
      for (let i = 1; i < ranked.length; i++) {
        const [a, b] = [ranked[i - 1]!, ranked[i]!]
        assert.ok(a.option.votes > b.option.votes || (a.option.votes === b.option.votes && a.index < b.index))
      }
    }),
  )
})

test('shares add up to one', () => {
  fc.assert(
    fc.property(anyOptions, (all) => {
      const shares = rankOptions(all).map(({ share }) => share)
      if (all.every(({ votes }) => votes === 0)) assert.ok(shares.every((share) => share === null))
      else assert.ok(Math.abs(shares.reduce<number>((sum, share) => sum + share!, 0) - 1) < 1e-9)
    }),
  )
})

test('shares are parts of the ballots if the caller gives their number', () => {
  assert.deepEqual(
    rankOptions(options(30, 10), 80).map(({ share }) => share),
    [0.375, 0.125],
  )
})
