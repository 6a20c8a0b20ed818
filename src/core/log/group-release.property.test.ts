/**
 * The release rule of version 2: how many are told depends on their number alone, which ones on the
 * draw alone, and nothing that the public sees on a choice that is held back.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ballotDraws } from '../../adapters/node/ballot-draw.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { Choices } from '../election/choices.ts'
import { groupRelease, publishedOf } from './group-release.ts'
import { logGrowth } from './log-growth.ts'
import type { BallotColumns } from './release-rule.ts'

const hasher = nodeTreeHasher()
const STARTS = ['a', 'b', 'c'].map((id) => `{"v":1,"election":"e","style":"1","district":"${id}","choices":`)
/** a is a unit, b and c are one. */
const UNIT_OF = [0, 1, 1]

interface Ballot {
  readonly district: number
  readonly choices: string
  readonly nonce: string
}

const choices = fc.constantFrom('[[0]]', '[[1]]', '[[]]')
const ballots = fc
  .array(fc.record({ district: fc.nat(2), choices }), { maxLength: 120, size: 'max' })
  .map((all) =>
    all.map((one, i): Ballot => ({ ...one, nonce: createHash('md5').update(String(i)).digest('hex') })),
  )
/** Where batches end, as shares of the whole. */
const cuts = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 })
  .map((some) => [...new Set(some)].sort((a, b) => a - b))
const k = fc.integer({ min: 2, max: 12 })

const columnsOf = (some: readonly Ballot[]): BallotColumns => ({
  count: some.length,
  districts: some.map(({ district }) => district),
  choices: some.map((one) => one.choices as Choices),
  nonces: some.map(({ nonce }) => nonce).join(''),
})

function growthWith(groupOf: number, secret = 1) {
  const drawOf = ballotDraws(new Uint8Array(32).fill(secret))
  const deps = { hasher, entryStarts: STARTS, unitOf: UNIT_OF, units: 2, groupOf, drawOf }
  const rule = groupRelease(deps)
  return logGrowth({ hasher, entryStarts: STARTS, rule, counts: true, withEntries: true })
}

interface Seen {
  readonly roots: readonly string[]
  readonly bytes: readonly string[]
  readonly published: readonly (readonly string[])[]
}

/**
 * What the public sees, batch by batch, and what was told of it. @param everything after the last
 * cut
 */
function seen(all: readonly Ballot[], at: readonly number[], groupOf: number, everything = false): Seen {
  const growth = growthWith(groupOf)
  const roots: string[] = []
  const published: string[][] = []
  const bytes: string[] = []
  let from = 0
  const end = (rest: boolean) => {
    growth.endBatch(rest)
    roots.push(Buffer.from(growth.root()).toString('hex'))
    published.push(
      growth.drainPublished().flatMap((group) => new Array(group.times).fill(`${group.district}`)),
    )
    const files = [...growth.drainFull(), ...growth.partials()]
    bytes.push(files.map((file) => `${file.path} ${Buffer.from(file.bytes).toString('hex')}`).join('\n'))
  }
  for (const cut of at) {
    const to = Math.floor((all.length * cut) / 100)
    growth.take(columnsOf(all.slice(from, to)))
    from = to
    end(false)
  }
  growth.take(columnsOf(all.slice(from)))
  if (everything) end(true)
  return { roots, bytes, published: published }
}

const inUnit = (some: readonly { readonly district: number }[], unit: number) =>
  some.filter(({ district }) => UNIT_OF[district] === unit).length

test('of each unit exactly k · max(0, ⌊n/k⌋ − 1) are told at every boundary, whatever they say', () => {
  fc.assert(
    fc.property(ballots, cuts, k, (all, at, groupOf) => {
      const { published: told } = seen(all, at, groupOf)
      const count = [0, 0]
      for (const [i, cut] of at.entries()) {
        for (const district of told[i]!) count[UNIT_OF[Number(district)]!]!++
        const stored = all.slice(0, Math.floor((all.length * cut) / 100))
        for (const unit of [0, 1]) assert.equal(count[unit], publishedOf(inUnit(stored, unit), groupOf))
      }
    }),
  )
  for (const [n, expected] of [
    [0, 0],
    [9, 0],
    [10, 0],
    [19, 0],
    [20, 10],
    [29, 10],
    [30, 20],
  ] as const)
    assert.equal(publishedOf(n, 10), expected)
})

test('after the end every ballot is told once, and k to 2k - 1 of each unit at once, or the whole of a smaller one', () => {
  fc.assert(
    fc.property(ballots, cuts, k, (all, at, groupOf) => {
      const { published: told } = seen(all, at, groupOf, true)
      const rest = told.at(-1)!.map((district) => ({ district: Number(district) }))
      assert.equal(told.flat().length, all.length)
      for (const unit of [0, 1]) {
        const n = inUnit(all, unit)
        const held = inUnit(rest, unit)
        if (n < 2 * groupOf) assert.ok(held <= n)
        else assert.ok(held >= groupOf)
      }
    }),
  )
})

/** Leaf hashes that a batch added, from what it told of the entries. */
const entriesIn = (text: string) => [
  ...Buffer.from(text, 'latin1')
    .toString()
    .matchAll(/"nonce":"([0-9a-f]{32})"/g),
]

test('elections that differ in nothing but choices that are held back give the same public bytes', () => {
  let compared = 0
  fc.assert(
    fc.property(
      ballots,
      cuts,
      k,
      fc.array(choices, { minLength: 120, maxLength: 120 }),
      (all, at, groupOf, others) => {
        const first = seen(all, at, groupOf)
        const public_ = first.bytes.map((text) =>
          text
            .split('\n')
            .map((line) => Buffer.from(line.split(' ')[1] ?? '', 'hex').toString('latin1'))
            .join(''),
        )
        const nonces = new Set(public_.flatMap((text) => entriesIn(text).map(([, nonce]) => nonce)))
        const held = all.filter(({ nonce }) => !nonces.has(nonce))
        const changed = all.map((one, i) => (nonces.has(one.nonce) ? one : { ...one, choices: others[i]! }))
        // A choice is part of the leaf hash and so of the draw: only where the same ones stay held
        // are two comparable.
        const second = seen(changed, at, groupOf)
        const sizes = (one: Seen) => one.published.map((batch) => batch.length)
        assert.deepEqual(sizes(second), sizes(first), 'how many are told does not depend on what is held')
        if (held.length === all.length) {
          compared++
          assert.deepEqual(second.bytes, first.bytes)
        }
      },
    ),
    { numRuns: 300 },
  )
  assert.ok(compared > 20, `only ${compared} were compared`)
})

test('order of arrival within a batch, and boundaries at which nothing is told, change nothing', () => {
  fc.assert(
    fc.property(
      ballots,
      fc.integer({ min: 2, max: 12 }),
      fc.infiniteStream(fc.nat()),
      (all, groupOf, noise) => {
        const shuffled = all
          .map((one) => ({ one, by: noise.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ one }) => one)
        const whole = seen(all, [100], groupOf, true)
        assert.deepEqual(seen(shuffled, [100], groupOf, true).bytes, whole.bytes)

        // One ballot at a time, and an end of a batch only where something is told: the same as
        // with every end.
        const every = growthWith(groupOf)
        const some = growthWith(groupOf)
        const count = [0, 0]
        for (const one of all) {
          const unit = UNIT_OF[one.district]!
          const before = publishedOf(count[unit]!, groupOf)
          count[unit]!++
          every.take(columnsOf([one]))
          every.endBatch(false)
          some.take(columnsOf([one]))
          if (publishedOf(count[unit]!, groupOf) !== before) some.endBatch(false)
        }
        assert.deepEqual(Buffer.from(every.root()), Buffer.from(some.root()))
      },
    ),
  )
})

test('what is told next is drawn among all that are held: the newest are told no oftener than those that waited', () => {
  const groupOf = 10
  let newest = 0
  let published = 0
  for (let secret = 0; secret < 40; secret++) {
    const growth = growthWith(groupOf, secret)
    const batch = (round: number) =>
      Array.from({ length: groupOf }, (_, i) => ({
        ...{ district: 0, choices: `[[${round % 10}]]` },
        nonce: createHash('md5').update(`${secret} ${round} ${i}`).digest('hex'),
      }))
    for (let round = 0; round < 20; round++) {
      growth.take(columnsOf(batch(round)))
      growth.endBatch(false)
      for (const { choices, times } of growth.drainPublished()) {
        if (round < 10) continue
        published += times
        if (choices === `[[${round % 10}]]`) newest += times
      }
    }
  }
  // Ten of twenty that are held are told: half of them are the newest ten, give or take.
  assert.equal(published, 40 * 10 * groupOf)
  assert.ok(Math.abs(newest / published - 0.5) < 0.05, `${newest} of ${published} were the newest`)
})

test('what is held is still told, once, after tens of thousands of others were told beside it', () => {
  const nonceOf = (i: number) => createHash('md5').update(`many ${i}`).digest('hex')
  const growth = growthWith(10)
  const published: string[] = []
  const drain = () => {
    for (const { bytes, level } of growth.drainFull())
      if (level === null)
        published.push(...entriesIn(Buffer.from(bytes).toString('latin1')).map(([, nonce]) => nonce!))
  }
  const all = Array.from({ length: 30_000 }, (_, i) => ({
    district: i % 3,
    choices: '[[0]]',
    nonce: nonceOf(i),
  }))
  for (let from = 0; from < all.length; from += 1500) {
    growth.take(columnsOf(all.slice(from, from + 1500)))
    growth.endBatch(false)
    drain()
  }
  assert.equal(growth.held(), 10 + 10)
  growth.endBatch(true)
  assert.equal(growth.size(), all.length)
  drain()
  const last = growth.partials().find(({ level }) => level === null)!
  published.push(...entriesIn(Buffer.from(last.bytes).toString('latin1')).map(([, nonce]) => nonce!))
  assert.deepEqual(published.toSorted(), all.map(({ nonce }) => nonce).toSorted())
})
