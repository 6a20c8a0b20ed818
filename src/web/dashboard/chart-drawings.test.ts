/** Saved pictures: every shape lies inside the picture, and names are escaped as text. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyCharacter } from '../../../test/any-character.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { formatsFor } from '../shared/format.ts'
import { contestDrawing, turnoutDrawing } from './chart-drawings.ts'
import { type Drawing, fitted, type Measure } from './drawing.ts'
import { svgOf } from './drawing-svg.ts'
import { en } from './strings/en.ts'

/** A font in which every character is half as wide as it is high. */
const measure: Measure = (text, size) => [...text].length * size * 0.5
const words = { t: en, f: formatsFor('en-GB', 'en-GB', 'UTC'), measure, address: 'https://vote.example.org/' }

function snapshotOf(names: readonly string[], votes: readonly number[], title = 'Mayor') {
  const cast = votes.reduce((a, b) => a + b, 0)
  const contest = {
    ...{ id: 'c', title, votes_allowed: 1, eligible: 2 * cast, ballots: cast, blank: 0, undervotes: 0 },
    ...{ seats: 1, measure: false, share_of: 'votes' as const, threshold: null, quorum: null },
    options: names.map((name, i) => ({ id: `o${i}`, name, color: null, votes: votes[i]! })),
    by_district: [],
  }
  const snapshot = {
    election: { id: 'e', title, simulated: true, closes_at: '2026-01-01T00:00:00Z' },
    ...{ phase: 'open', as_of: '2026-01-01T00:00:00Z', eligible: 2 * cast, cast, contests: [contest] },
  } as unknown as ResultsSnapshot
  return { snapshot, contest }
}

function inside({ width, height, shapes }: Drawing): void {
  for (const shape of shapes) {
    if (shape.kind === 'path') continue
    const right =
      shape.kind === 'rect'
        ? shape.x + shape.width
        : shape.anchor === 'start'
          ? shape.x + measure(shape.text, shape.size, 400)
          : shape.x
    assert.ok(shape.x >= 0 && right <= width, `${shape.x} to ${right} of ${width}`)
    assert.ok(shape.y >= 0 && shape.y <= height)
  }
}

test('with any names and numbers, every shape is inside the picture and no name becomes markup', () => {
  const options = fc.array(fc.tuple(fc.string({ unit: anyCharacter, maxLength: 200 }), fc.nat(10_000_000)), {
    ...{ minLength: 1, maxLength: 40 },
  })
  fc.assert(
    fc.property(options, fc.string({ maxLength: 200 }), (list, title) => {
      const names = list.map(([name]) => name)
      const { snapshot, contest } = snapshotOf(
        names,
        list.map(([, votes]) => votes),
        title,
      )
      const drawing = contestDrawing(snapshot, contest, words)
      inside(drawing)
      const svg = svgOf(drawing)
      const tags = svg.match(/<[^>]*>/g)!.map((tag) => /^<\/?([a-z]*)/.exec(tag)![1]!)
      assert.deepEqual(
        tags.filter((tag) => !['svg', 'title', 'rect', 'text', 'path'].includes(tag)),
        [],
      )
      assert.ok(!/&(?!#\d+;)/.test(svg))
    }),
    { numRuns: 100 },
  )
})

test('the footer has the address of the count, and says that an uncertified count is unofficial', () => {
  const { snapshot, contest } = snapshotOf(['A', 'B'], [30, 20])
  const textsOf = (log: object | null) =>
    contestDrawing({ ...snapshot, log } as ResultsSnapshot, contest, words).shapes.flatMap((shape) =>
      shape.kind === 'text' ? [shape.text] : [],
    )
  assert.deepEqual(textsOf(null).slice(-3, -1), ['https://vote.example.org/', 'Not official yet'])
  assert.ok(textsOf({ certified_at: '2026-01-02T00:00:00Z' }).includes('Certified'))
})

test('the turnout picture has the curve, and its last value in words', () => {
  const { snapshot } = snapshotOf(['A', 'B'], [30, 20])
  const drawing = turnoutDrawing(
    snapshot,
    [
      [0, 0],
      [3_600, 20],
      [7_200, 50],
    ],
    words,
  )
  inside(drawing)
  assert.ok(drawing.shapes.some((shape) => shape.kind === 'text' && shape.text === 'Turnout 50.0%'))
  assert.ok(drawing.shapes.some((shape) => shape.kind === 'text' && shape.text === 'Simulated votes'))
})

test('a text that is too wide is shortened by whole characters until it fits', () => {
  assert.equal(fitted('short', 1_000, 10, 400, measure), 'short')
  assert.equal(fitted('👩‍🚀'.repeat(50), 50, 10, 400, measure).at(-1), '…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 5, max: 500 }), (text, room) => {
      assert.ok(measure(fitted(text, room, 10, 400, measure), 10, 400) <= room)
    }),
  )
})
