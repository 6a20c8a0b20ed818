/**
 * The ballot in hand never holds more choices than there are votes, and nothing is swapped that was
 * not asked for.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { choose, clear, isBlank, type Marks, marksIn, toggle } from './marks.ts'

const one = { id: 'mayor' }
const three = { id: 'council', votes: 3 }

test('with one vote, a new choice takes the old one’s place', () => {
  const marks = choose(choose({}, one, 'ada'), one, 'grace')
  assert.deepEqual(marksIn(marks, one), ['grace'])
  assert.deepEqual(clear(marks, one), { mayor: [] })
})

test('with several, the one too many is refused and the others stay', () => {
  let marks: Marks = {}
  for (const id of ['a', 'b', 'c']) marks = toggle(marks, three, id)!
  assert.equal(toggle(marks, three, 'd'), undefined)
  marks = toggle(marks, three, 'b')!
  assert.deepEqual(marksIn(toggle(marks, three, 'd')!, three), ['a', 'c', 'd'])
})

test('whatever is clicked, the ballot can be cast', () => {
  const clicks = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
  fc.assert(
    fc.property(clicks, fc.integer({ min: 1, max: 5 }), (ids, votes) => {
      const contest = { id: 'c', votes }
      let marks: Marks = {}
      for (const id of ids) marks = toggle(marks, contest, id) ?? marks
      const chosen = marksIn(marks, contest)
      assert.ok(chosen.length <= votes)
      assert.equal(new Set(chosen).size, chosen.length)
      assert.equal(isBlank(marks), chosen.length === 0)
    }),
  )
})
