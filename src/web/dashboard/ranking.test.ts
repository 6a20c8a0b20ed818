/** Ranks, shares and margins: examples, and what must hold for any votes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canStillChange, marginOf, rankOptions } from './ranking.ts'

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

test('without votes all are first and nobody has a share', () => {
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

test('the margin is between the first and the second', () => {
  const margin = marginOf(rankOptions(options(30, 60, 10)), 1)
  assert.equal(margin.kind, 'lead')
  assert.ok(margin.kind === 'lead')
  assert.deepEqual(
    [margin.last.name, margin.next.name, margin.votes, margin.share],
    ['option 1', 'option 0', 30, 0.3],
  )
})

test('with several places it is between the last in and the first out', () => {
  const margin = marginOf(rankOptions(options(50, 40, 30, 10)), 2)
  assert.ok(margin.kind === 'lead')
  assert.deepEqual([margin.last.name, margin.next.name, margin.votes], ['option 1', 'option 2', 10])
})

test('a tie across the last place names everybody in it', () => {
  const margin = marginOf(rankOptions(options(50, 20, 20, 20, 1)), 2)
  assert.ok(margin.kind === 'tie')
  assert.deepEqual(
    margin.options.map(({ name }) => name),
    ['option 1', 'option 2', 'option 3'],
  )
})

test('there is no margin without votes or without an option left out', () => {
  assert.equal(marginOf(rankOptions(options(0, 0)), 1).kind, 'none')
  assert.equal(marginOf(rankOptions(options(5)), 1).kind, 'none')
  assert.equal(marginOf(rankOptions(options(5, 3)), 2).kind, 'none')
})

test('a lead can change exactly while enough ballots are out to level it', () => {
  fc.assert(
    fc.property(
      anyOptions,
      fc.nat({ max: 1e9 }),
      fc.integer({ min: 1, max: 5 }),
      (all, outstanding, places) => {
        const ranked = rankOptions(all)
        const margin = marginOf(ranked, places)
        if (margin.kind === 'none') return
        const last = ranked[places - 1]!.option.votes
        const best = Math.max(...ranked.slice(places).map(({ option }) => option.votes)) + outstanding
        assert.equal(canStillChange(margin, outstanding), outstanding > 0 && best >= last)
      },
    ),
  )
})
