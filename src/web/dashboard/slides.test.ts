/** A wall that turns shows everything in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISTRICTS_SHOWN, slideAt, slideCount } from './slides.ts'

test('each round shows every contest, turnout, and the next districts, until all were seen', () => {
  const contests = ['a', 'b']
  const districts = 3 * DISTRICTS_SHOWN + 1
  const seen = new Set<string>()
  const turns = slideCount(contests, districts) * 8
  for (let turn = 0; turn < turns; turn++) {
    const slide = slideAt(turn, contests, districts)
    seen.add(
      slide.kind === 'contest'
        ? slide.id
        : slide.kind === 'districts'
          ? `${slide.from} ${slide.contest}`
          : slide.kind,
    )
  }
  assert.deepEqual([...seen].sort(), ['0 a', '16 a', '24 b', '8 b', 'a', 'b', 'turnout'])
})

test('one district has no page of its own; a hidden count has one that says so', () => {
  const kinds = (contests: string[] | null, districts: number) =>
    Array.from({ length: 4 }, (_, turn) => slideAt(turn, contests, districts).kind)
  assert.deepEqual(kinds(['a'], 1), ['contest', 'turnout', 'contest', 'turnout'])
  assert.deepEqual(kinds(null, 2), ['hidden', 'turnout', 'districts', 'hidden'])
})
