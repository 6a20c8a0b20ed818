/** Numbers as people read them: a share is never rounded to "all" or "nothing". */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatsFor } from './format.ts'

const f = formatsFor('en-GB', 'en-GB', 'UTC')

test('shares have one digit, and only exact values show 0.0% or 100.0%', () => {
  assert.equal(f.share(0.5), '50.0%')
  assert.equal(f.share(0), '0.0%')
  assert.equal(f.share(1), '100.0%')
  assert.equal(f.share(0.9999), '>99.9%')
  assert.equal(f.share(0.0001), '<0.1%')
  assert.equal(f.share(null), '–')
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (part) => {
      assert.equal(f.share(part) === '100.0%', part === 1)
      assert.equal(f.share(part) === '0.0%', part === 0)
    }),
  )
})

test('counts have digit groups, and small rates have one decimal', () => {
  assert.equal(f.count(10_000_000), '10,000,000')
  assert.equal(f.perSecond(0.25), '0.3')
  assert.equal(f.perSecond(1234.4), '1,234')
})

test('a moment has its date only on another day', () => {
  const noon = Date.UTC(2026, 10, 23, 12, 3, 44)
  assert.equal(f.moment(noon, noon + 3_600_000), '12:03:44')
  assert.match(f.moment(noon, noon + 86_400_000), /23 Nov 2026.*12:03:44/)
})
