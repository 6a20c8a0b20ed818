/**
 * What is told of the log reaches the store whole, whatever was told before and wherever telling
 * begins again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Choices } from '../core/election/choices.ts'
import { electionFrom } from '../core/election/definition.ts'
import { districtRows } from '../core/tally/district-counts.ts'
import { pluralityTally } from '../core/tally/plurality.ts'
import type { PublishedBatch } from '../core/tally/published-batch.ts'
import { resultOf } from '../core/tally/result.ts'
import { resultText } from '../core/tally/result-text.ts'
import { asHash } from '../core/tlog/merkle.ts'
import type { PublishedCounts, PublishedCountsSink, PublishedTotals } from '../ports/published-counts.ts'
import { countPublished } from './count-published.ts'

const electionOf = (results: 'live' | 'after-close') =>
  electionFrom({
    id: 'e',
    title: 'E',
    opens_at: '2020-01-01T00:00:00Z',
    closes_at: '2099-01-01T00:00:00Z',
    results,
    districts: ['north', 'south'].map((id) => ({ id, name: id })),
    contests: [{ id: 'c', title: 'C', options: ['a', 'b'].map((id) => ({ id, name: id })) }],
  })
const live = electionOf('live')
const root = asHash(new Uint8Array(32))
const atMs = null

/** A store that refuses what PostgreSQL refuses, and forgets nothing. */
function storeOf(election = live) {
  const rows = districtRows(election)
  const calls: {
    readonly counts: PublishedCounts
    readonly totals: PublishedTotals | null
    readonly all: boolean
  }[] = []
  let batch: number | undefined
  const sink: PublishedCountsSink = {
    publishedBatch: async () => batch,
    tell: async (counts, totals, all) => {
      assert.ok(counts.batch >= (batch ?? 0), 'no checkpoint goes back')
      const before = resultText(resultOf(election, rows.tally))
      assert.ok(rows.set(counts.rows))
      if (counts.batch === batch) assert.equal(resultText(resultOf(election, rows.tally)), before)
      batch = counts.batch
      calls.push({ counts, totals, all })
    },
  }
  return { sink, calls, text: () => resultText(resultOf(election, rows.tally)) }
}

const group = fc.record({
  district: fc.nat(1),
  choices: fc.constantFrom('[[0]]', '[[1]]', '[[]]') as fc.Arbitrary<Choices>,
  times: fc.integer({ min: 1, max: 9 }),
})

test('batches told once, or again from the first after each failure: the store holds the sum of all', async () => {
  const batches = fc.array(fc.array(group, { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(batches, fc.array(fc.nat(11), { maxLength: 3 }), async (groups, failures) => {
      const store = storeOf()
      const counted = pluralityTally(live)
      let stored = 0
      const published = groups.map((groups, i): PublishedBatch => {
        for (const { times } of groups) stored += times
        return { number: i + 1, size: i + 2, root, atMs, stored, complete: false, groups }
      })
      for (const { groups } of published)
        for (const { district, choices, times } of groups) counted.fold(district, choices, times)
      for (const until of [...failures, published.length]) {
        const tell = countPublished({
          election: live,
          sink: store.sink,
          all: () => assert.fail('not after the close'),
        })
        for (const batch of published.slice(0, until)) await tell(batch)
      }
      assert.equal(store.text(), resultText(resultOf(live, counted)))
    }),
  )
})

test('only what a batch changes is written, with the totals; one without ballots moves the checkpoint alone', async () => {
  const { sink, calls } = storeOf()
  const tell = countPublished({ election: live, sink, all: () => assert.fail('not after the close') })
  const batch = (number: number, groups: PublishedBatch['groups'], stored: number): PublishedBatch => ({
    ...{ number, size: number + 1, root, atMs, stored, complete: false, groups },
  })
  await tell(batch(1, [{ district: 0, choices: '[[0]]' as Choices, times: 10 }], 25))
  await tell(batch(2, [{ district: 1, choices: '[[]]' as Choices, times: 10 }], 44))
  await tell(batch(3, [], 44))
  assert.deepEqual(
    calls.map(({ counts, totals }) => [counts.batch, counts.stored, counts.rows, totals]),
    [
      [1, 25, [{ district: 0, counts: [10, 0, 0, 10, 0] }], { ballots: 10, totals: [10, 0, 10, 0] }],
      [2, 44, [{ district: 1, counts: [10, 10, 10, 0, 0] }], { ballots: 20, totals: [20, 10, 10, 0] }],
      [3, 44, [], null],
    ],
  )
})

test('after the close everything is told with the batch that completes it, and nothing before', async () => {
  const election = electionOf('after-close')
  const { sink, calls, text } = storeOf(election)
  const counted = pluralityTally(election)
  counted.fold(1, '[[1]]' as Choices, 7)
  let counts = 0
  const all = async () => {
    counts++
    return counted
  }
  const tell = countPublished({ election, sink, all })
  await tell({ number: 1, size: 2, root, atMs, stored: 7, complete: false, groups: [] })
  assert.deepEqual(calls.at(-1)!.counts.rows, [])
  await tell({ number: 2, size: 9, root, atMs, stored: 7, complete: true, groups: [] })
  assert.equal(text(), resultText(resultOf(election, counted)))
  await tell({ number: 3, size: 10, root, atMs, stored: 7, complete: true, groups: [] })
  assert.equal(counts, 1, 'every ballot is read once')
  assert.ok(
    calls.every(({ totals }) => totals === null),
    'it has no history',
  )
})
