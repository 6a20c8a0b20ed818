/** What a link says: the election from its path, the key from its fragment, or that it is damaged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyFragment } from '../../core/election/key-code.ts'
import { electionIdIn, keyIn } from './arrival.ts'

test('the election is the one of the path', () => {
  assert.equal(electionIdIn('/e/council-2026'), 'council-2026')
  assert.equal(electionIdIn('/e/council-2026/'), 'council-2026')
  assert.equal(electionIdIn('/'), '')
})

test('a fragment carries a key, a damaged one, or none', () => {
  const key = { personalId: 'P1', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
  const fragment = keyFragment(key)
  assert.deepEqual(keyIn(fragment), key)
  assert.equal(keyIn(fragment.slice(0, -3)), 'damaged')
  assert.equal(keyIn('#k='), 'damaged')
  assert.equal(keyIn('#heading'), undefined)
  assert.equal(keyIn(''), undefined)
})
