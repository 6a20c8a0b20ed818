/** Pauses between attempts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doublingMs } from './doubling.ts'

test('pauses double up to the longest one, for any number of failures', () => {
  const pauses = { firstMs: 50, mostMs: 1_000 }
  assert.deepEqual(
    [0, 1, 2, 4, 5, 60, 5_000].map((failures) => doublingMs(failures, pauses)),
    [50, 100, 200, 800, 1_000, 1_000, 1_000],
  )
})
