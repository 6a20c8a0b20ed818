/** Changes of the last minute are counted from the first numbers seen, and end after a minute. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recentChanges } from './recent-changes.ts'

test('the first numbers are no change; ballots that come later are a change for a minute', () => {
  const changes = recentChanges()
  changes.note(1_000, [500, 7])
  assert.deepEqual([changes.of(0), changes.of(1), changes.lastMs(0)], [0, 0, null])
  changes.note(2_000, [504, 7])
  assert.deepEqual([changes.of(0), changes.of(1)], [4, 0])
  assert.deepEqual([changes.lastMs(0), changes.lastMs(1)], [2_000, null])
  for (let ms = 3_000; ms <= 61_000; ms += 1_000) changes.note(ms, [504, 7])
  assert.equal(changes.of(0), 4)
  for (let ms = 62_000; ms <= 90_000; ms += 1_000) changes.note(ms, [504, 7])
  assert.equal(changes.of(0), 0)
  assert.equal(changes.lastMs(0), 2_000)
})

test('after hours without a snapshot, the change is the difference at the next snapshot', () => {
  const changes = recentChanges()
  changes.note(0, [10])
  changes.note(5_000, [12])
  changes.note(9_000_000, [15])
  assert.equal(changes.of(0), 3)
})

test('a different list of districts begins without changes', () => {
  const changes = recentChanges()
  changes.note(0, [10])
  changes.note(1_000, [10, 900])
  assert.deepEqual([changes.of(0), changes.of(1), changes.of(7)], [0, 0, 0])
})
