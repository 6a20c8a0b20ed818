/** Tests when certificates are renewed, and how often an authority is asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renewalDueMs, retryAfterMs } from './renewal.ts'

const DAY = 86_400_000

test('a certificate is renewed with a third of its time left, a short one with half', () => {
  for (const random of [0, 0.5, 1]) {
    for (const days of [10, 45, 90, 398]) {
      const leftMs = days * DAY - renewalDueMs({ notBeforeMs: 0, notAfterMs: days * DAY }, random)
      assert.ok(leftMs >= (days * DAY) / 3 - 1 && leftMs <= days * DAY * 0.36, `${days} days, ${random}`)
    }
    const leftMs = 6 * DAY - renewalDueMs({ notBeforeMs: 0, notAfterMs: 6 * DAY }, random)
    assert.ok(leftMs >= 3 * DAY && leftMs <= 3.2 * DAY)
  }
})

test('an authority that refuses is asked at most five times in the first hour, later every six hours', () => {
  let atMs = 0
  let asked = 1
  for (let failures = 1; ; failures++) {
    // The shortest waits that chance allows.
    atMs += retryAfterMs(failures, false, 0)
    if (atMs > 3_600_000) break
    asked++
  }
  assert.ok(asked <= 5, `${asked} times`)
  assert.ok(retryAfterMs(100, false, 1) <= 6 * 3_600_000 * 1.25)
})

test('an authority that does not answer is asked again within seconds, later about every hour', () => {
  assert.ok(retryAfterMs(1, true, 1) < 7_000)
  assert.ok(retryAfterMs(1_000, true, 1) <= 3_600_000 * 1.25)
  assert.notEqual(retryAfterMs(3, true, 0.2), retryAfterMs(3, true, 0.8))
})
