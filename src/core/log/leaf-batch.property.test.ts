import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { Choices } from '../election/choices.ts'
import { type DefinitionFile, electionFrom } from '../election/definition.ts'
import { decodeBundle } from '../tlog/entry-bundle.ts'
import { entryStarts, entryWriter } from './entry.ts'
import { leafBatch } from './leaf-batch.ts'

const leafOf = (text: string) => createHash('sha256').update('\0').update(text).digest('hex')
const contents = (batch: ReturnType<typeof leafBatch>, from: number, to: number) => {
  const bytes = new Uint8Array(batch.bundleBytes(from, to))
  batch.writeBundle(from, to, bytes, 0)
  return bytes
}

test('a batch has its entries in ascending order of their leaf hashes, also when it is reused', () => {
  const entry = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', 'same', 'x'.repeat(9000), 'é'.repeat(5000)),
  )
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 300 }), { maxLength: 4 }), (batches) => {
      const batch = leafBatch(nodeTreeHasher())
      for (const texts of batches) {
        for (const text of texts) batch.add(text)
        assert.equal(batch.count(), texts.length)
        batch.sort()
        const hashes = Buffer.from(batch.hashes()).toString('hex').match(/.{64}/g) ?? []
        assert.deepEqual(hashes, texts.map(leafOf).sort())
        for (let from = 0; from < texts.length; from += 256) {
          const to = Math.min(texts.length, from + 256)
          const entries = decodeBundle(contents(batch, from, to), to - from)
          assert.deepEqual(
            entries.map((bytes) => leafOf(Buffer.from(bytes).toString())),
            hashes.slice(from, to),
          )
        }
        batch.clear()
      }
    }),
    { numRuns: 60 },
  )
})

test('no entry is lost when the arrays grow', () => {
  const batch = leafBatch(nodeTreeHasher())
  const texts = Array.from({ length: 5_000 }, (_, i) => `entry ${i}`)
  for (const text of texts) batch.add(text)
  batch.sort()
  const hashes = Buffer.from(batch.hashes()).toString('hex').match(/.{64}/g)
  assert.deepEqual(hashes, texts.map(leafOf).sort())
})

test('an entry over 65,535 bytes is refused', () => {
  assert.throws(() => leafBatch(nodeTreeHasher()).add('x'.repeat(65_536)), RangeError)
  const start = new Uint8Array(65_500).fill(0x78)
  assert.throws(() => leafBatch(nodeTreeHasher()).addBallot(start, '', '0'.repeat(32), 0), RangeError)
})

test('a ballot added in parts has the entry that entryWriter writes', () => {
  const election = electionFrom({
    ...{
      id: 'council',
      title: 'Council',
      opens_at: '2026-01-01T00:00:00Z',
      closes_at: '2027-01-01T00:00:00Z',
    },
    ...{
      results: 'live',
      suppress_below: 10,
      districts: [
        { id: 'north', name: 'North' },
        { id: 'south', name: 'South' },
      ],
    },
    contests: [
      {
        id: 'chair',
        title: 'Chair',
        options: [
          { id: 'ada', name: 'Ada' },
          { id: 'eve', name: 'Eve' },
        ],
      },
    ],
  } as DefinitionFile)
  const issued = [40, 3]
  const starts = entryStarts(election, issued).map((start) => Uint8Array.from(Buffer.from(start)))
  const write = entryWriter(election, issued)
  const ballot = fc.record({
    district: fc.nat(1),
    choices: fc.constantFrom('[[]]', '[[0]]', '[[1]]', `[[${'1,'.repeat(6000)}1]]`),
    nonce: fc.stringMatching(/^[0-9a-f]{32}$/),
  })
  fc.assert(
    fc.property(fc.array(ballot, { maxLength: 200 }), (ballots) => {
      const batch = leafBatch(nodeTreeHasher())
      const nonces = ballots.map(({ nonce }) => nonce).join('')
      for (const [i, { district, choices }] of ballots.entries())
        batch.addBallot(starts[district]!, choices, nonces, 32 * i)
      batch.sort()
      const own = ballots.map(({ district, choices, nonce }) =>
        leafOf(write(district, choices as Choices, nonce)),
      )
      assert.equal(Buffer.from(batch.hashes()).toString('hex'), own.sort().join(''))
    }),
  )
})
