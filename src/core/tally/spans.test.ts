import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spanEnd, turnoutLine } from './spans.ts'

test('a moment belongs to the span that ends after it, never to one that ends at it', () => {
  assert.equal(spanEnd(0, 10), 10)
  assert.equal(spanEnd(9_999, 10), 10)
  assert.equal(spanEnd(10_000, 10), 20)
})

test('the turnout line begins at 0, is thinned out evenly and keeps its last point', () => {
  assert.deepEqual(turnoutLine([], 10), [])
  assert.deepEqual(turnoutLine([[20, 3]], 10), [
    [10, 0],
    [20, 3],
  ])
  const many = Array.from({ length: 1_001 }, (_, i) => [10 * (i + 1), i + 1] as const)
  const line = turnoutLine(many, 10)
  assert.ok(line.length <= 302, `${line.length} points`)
  assert.deepEqual(line[0], [0, 0])
  assert.deepEqual(line.at(-1), many.at(-1))
  const steps = new Set(line.slice(2, -1).map(([time], i) => time - line[i + 1]![0]))
  assert.equal(steps.size, 1, 'all steps are equal')
})
