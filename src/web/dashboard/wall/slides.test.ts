/** A wall that turns shows everything in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slideAt, slideCount } from './slides.ts'

test('each round shows every contest, turnout, and the districts of another contest', () => {
  const contests = ['a', 'b']
  const seen: string[] = []
  for (let turn = 0; turn < slideCount(contests, 400) * 2; turn++) {
    const slide = slideAt(turn, contests, 400)
    seen.push('id' in slide ? slide.id : 'contest' in slide ? `districts ${slide.contest}` : slide.kind)
  }
  assert.deepEqual(seen, ['a', 'b', 'turnout', 'districts a', 'a', 'b', 'turnout', 'districts b'])
})

test('one district has no page of its own; a hidden count has one that says so', () => {
  const kinds = (contests: string[] | null, districts: number) =>
    Array.from({ length: 4 }, (_, turn) => slideAt(turn, contests, districts).kind)
  assert.deepEqual(kinds(['a'], 1), ['contest', 'turnout', 'contest', 'turnout'])
  assert.deepEqual(kinds(null, 2), ['hidden', 'turnout', 'districts', 'hidden'])
})
