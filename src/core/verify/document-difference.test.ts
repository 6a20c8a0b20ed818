/** The text about the first place where two documents differ. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference } from './document-difference.ts'

const difference = (published: unknown, own: unknown) => firstDifference(published, own, 'the ballots say')

test('equal documents have no difference, whatever the order of their members', () => {
  assert.equal(difference({ a: [1, { b: null }], c: '' }, { c: '', a: [1, { b: null }] }), undefined)
})

test('a difference is the path and both values', () => {
  assert.equal(difference({ a: [{ n: 5 }] }, { a: [{ n: 4 }] }), 'a[0].n is 5, the ballots say 4')
  assert.equal(difference({ a: [] }, { a: [1] }), 'a[0] is missing, the ballots say 1')
  assert.equal(difference({ a: [1, 2] }, { a: [1] }), 'a[1] is 2, the ballots say it is missing')
  assert.equal(difference({ a: { b: 1 } }, { a: null }), 'a is {"b":1}, the ballots say null')
  assert.equal(
    firstDifference({ t: 'A' }, { t: 'B' }, 'the definition says'),
    't is "A", the definition says "B"',
  )
})

test('a long value is cut, so that the text fits on a line', () => {
  assert.ok(difference({ a: 'x'.repeat(1e6) }, { a: '' })!.length < 100)
})
