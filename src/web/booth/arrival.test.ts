/**
 * What a link says: the election from its path, the key from its fragment, or that it is damaged.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electionIdIn, modeIn } from './arrival.ts'

test('the election is the one of the path', () => {
  assert.equal(electionIdIn('/e/council-2026'), 'council-2026')
  assert.equal(electionIdIn('/e/council-2026/'), 'council-2026')
  assert.equal(electionIdIn('/'), '')
})

test('what the page is for is in its query, whatever others put there', () => {
  for (const [search, mode] of [
    ['?sample', 'sample'],
    ['?utm_source=a&kiosk=1', 'kiosk'],
    ['?kiosk=', 'kiosk'],
    ['?samples', undefined],
    ['?utm_source=sample', undefined],
    ['', undefined],
  ] as const)
    assert.equal(modeIn(search), mode, search)
})
