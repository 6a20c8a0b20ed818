/**
 * The picture for link previews: a PNG of one size whatever is on it, and nothing of choices where
 * none may be told.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import { CARD, previewCard } from '../../core/status/preview-card.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { cardPng, cardSvg } from './card-png.ts'

function snapshot(title: string, names: readonly string[], changes: Partial<ResultsSnapshot> = {}) {
  return {
    election: { id: 'x', title, results: 'live' },
    ...{ phase: 'open', cast: 60, eligible: 100, log: null },
    contests: [
      {
        ...{ id: 'c', title, ballots: 60, blank: 0, undervotes: 0, by_district: [] },
        options: names.map((name, i) => ({ id: `o${i}`, name, color: null, votes: 10 * i })),
      },
    ],
    ...changes,
  } as unknown as ResultsSnapshot
}

const sizeOf = (png: Uint8Array) => {
  const bytes = Buffer.from(png)
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

test('a PNG of 1200 × 630, whatever script names are in', async () => {
  for (const name of [
    'Ada Lovelace',
    'انتخابات',
    '北京市 & <Ada>',
    'Ελλάδα',
    '\u0007',
    '🗳️',
    'x'.repeat(5_000),
  ])
    assert.deepEqual(
      sizeOf(await cardPng(previewCard(snapshot(name, [name, name]), 'vote.example.org'))),
      CARD,
    )
})

test('whatever a name is, it is drawn as shapes: no letter of it stands in the picture’s source', () => {
  const allowed = /^(?:<\/?(?:svg|g|rect|path)(?: [a-z]+="[-#\w .,:()/]*")*\/?>)*$/
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), (name) => {
      assert.match(cardSvg(previewCard(snapshot(name, [name]), name)), allowed)
    }),
    { numRuns: 40 },
  )
})

test('leading figures, and that they are not official yet; certified, and only then, it says so', () => {
  const on = (changes: Partial<ResultsSnapshot>) =>
    previewCard(snapshot('Mayor', ['Ada', 'Grace', 'Alan', 'Edsger'], changes), null).lines.map(
      ({ text }) => text,
    )
  const open = on({})
  assert.deepEqual(open.slice(1, 6), ['Mayor', 'Edsger', '30 · 50.0 %', 'Alan', '20 · 33.3 %'])
  assert.deepEqual(open.slice(-2), ['60 of 100 have voted', 'Live count, not official yet'])
  assert.equal(on({ phase: 'closed' }).at(-1), 'Voting is over, not official yet')
  const log = { certified_at: '2026-11-29T12:00:00Z' } as ResultsSnapshot['log']
  assert.equal(on({ phase: 'closed', log }).at(-1), 'Certified result')
  assert.deepEqual(on({ contests: null }), ['Mayor', '60 of 100 have voted', 'Results after voting closes'])
})
