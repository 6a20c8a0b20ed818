/** A wall that turns shows everything after a number of rounds. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slideAt, slideCount } from './slides.ts'

test('each round shows every contest, turnout, and the districts of another contest', () => {
  const contests = ['a', 'b']
  const seen: string[] = []
  for (let turn = 0; turn < slideCount(contests, 400, false) * 2; turn++) {
    const slide = slideAt(turn, contests, 400, false)
    seen.push('id' in slide ? slide.id : 'contest' in slide ? `districts ${slide.contest}` : slide.kind)
  }
  assert.deepEqual(seen, ['a', 'b', 'turnout', 'districts a', 'a', 'b', 'turnout', 'districts b'])
})

test('a single district has no slide; a hidden count has a slide that says so', () => {
  const kinds = (contests: string[] | null, districts: number) =>
    Array.from({ length: 4 }, (_, turn) => slideAt(turn, contests, districts, false).kind)
  assert.deepEqual(kinds(['a'], 1), ['contest', 'turnout', 'contest', 'turnout'])
  assert.deepEqual(kinds(null, 2), ['hidden', 'turnout', 'districts', 'hidden'])
})

test('a map comes before the districts, for another contest each round; no map without districts', () => {
  const contests = ['a', 'b']
  const maps = Array.from({ length: 10 }, (_, turn) => slideAt(turn, contests, 400, true))
  assert.deepEqual(
    maps.slice(2, 5).map(({ kind }) => kind),
    ['turnout', 'map', 'districts'],
  )
  assert.deepEqual(
    [maps[3], maps[8]],
    [
      { kind: 'map', contest: 'a' },
      { kind: 'map', contest: 'b' },
    ],
  )
  assert.deepEqual(slideAt(2, null, 400, true), { kind: 'map', contest: null })
  assert.equal(slideCount(contests, 1, true), 3)
})
