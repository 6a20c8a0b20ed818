/** Reads a voter's link: the election from its path, the key from its fragment, or damage. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electionIdIn, modeIn } from './arrival.ts'

test('the path of the address names the election', () => {
  assert.equal(electionIdIn('/e/council-2026'), 'council-2026')
  assert.equal(electionIdIn('/e/council-2026/'), 'council-2026')
  assert.equal(electionIdIn('/'), '')
})

test('the query of the address chooses a sample or a kiosk, whatever else it contains', () => {
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
