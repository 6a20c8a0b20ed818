/** The first place where two documents part, in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference } from './document-difference.ts'

const said = (published: unknown, own: unknown) => firstDifference(published, own, 'the ballots say')

test('documents that are alike, in whatever order their members stand', () => {
  assert.equal(said({ a: [1, { b: null }], c: '' }, { c: '', a: [1, { b: null }] }), undefined)
})

test('the place, and what each says there', () => {
  assert.equal(said({ a: [{ n: 5 }] }, { a: [{ n: 4 }] }), 'a[0].n is 5, the ballots say 4')
  assert.equal(said({ a: [] }, { a: [1] }), 'a[0] is not there, the ballots say 1')
  assert.equal(said({ a: [1, 2] }, { a: [1] }), 'a[1] is 2, the ballots say not there')
  assert.equal(said({ a: { b: 1 } }, { a: null }), 'a is {"b":1}, the ballots say null')
  assert.equal(
    firstDifference({ t: 'A' }, { t: 'B' }, 'the definition says'),
    't is "A", the definition says "B"',
  )
})

test('no more of a long value than fits a line', () => {
  assert.ok(said({ a: 'x'.repeat(1e6) }, { a: '' })!.length < 100)
})
