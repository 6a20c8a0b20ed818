import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { WrongKeyLimit } from './limits.ts'

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

function limit(trustProxy = false) {
  const state = { nowMs: 0 }
  return { state, limit: new WrongKeyLimit({ perMinute: 3, trustProxy, nowMs: () => state.nowMs }) }
}

test('an address that guesses is held for the rest of the minute, others are not', () => {
  const { state, limit: it } = limit()
  const guesser = from('203.0.113.7')
  it.countWrongKeys(guesser, 2)
  assert.equal(it.isBlocked(guesser), false)
  it.countWrongKeys(guesser, 1)
  assert.equal(it.isBlocked(guesser), true)
  assert.equal(it.isBlocked(from('203.0.113.8')), false)
  state.nowMs = 60_000
  assert.equal(it.isBlocked(guesser), false)
})

test('a clock set back does not hold anybody longer', () => {
  const { state, limit: it } = limit()
  state.nowMs = 10_000_000
  it.countWrongKeys(from('203.0.113.7'), 9)
  state.nowMs = 1_000
  assert.equal(it.isBlocked(from('203.0.113.7')), false)
})

test('one IPv6 customer is one address; the machine itself is never held', () => {
  const { limit: it } = limit()
  it.countWrongKeys(from('2001:db8:1:2:aaaa::1'), 3)
  assert.equal(it.isBlocked(from('2001:db8:1:2:bbbb::9')), true)
  assert.equal(it.isBlocked(from('2001:db8:1:3:bbbb::9')), false)
  it.countWrongKeys(from('127.0.0.1'), 99)
  it.countWrongKeys(from('::1'), 99)
  assert.equal(it.isBlocked(from('127.0.0.1')), false)
})

test('behind one’s own proxy the last forwarded address counts, and only then', () => {
  const { limit: trusting } = limit(true)
  trusting.countWrongKeys(from('127.0.0.1', '198.51.100.1, 203.0.113.7'), 3)
  assert.equal(trusting.isBlocked(from('127.0.0.1', '203.0.113.7')), true)
  assert.equal(trusting.isBlocked(from('127.0.0.1', '198.51.100.1')), false)
  const { limit: other } = limit(false)
  other.countWrongKeys(from('192.0.2.1', '203.0.113.7'), 3)
  assert.equal(other.isBlocked(from('192.0.2.2', '203.0.113.7')), false)
})

test('a flood of addresses does not fill the memory', () => {
  const { limit: it } = limit()
  const early = from('198.51.100.1')
  it.countWrongKeys(early, 2)
  for (let i = 0; i < 50_000; i++) it.countWrongKeys(from(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), 1)
  it.countWrongKeys(early, 1)
  assert.equal(it.isBlocked(early), false, 'the flood had its place')
  it.countWrongKeys(from('203.0.113.7'), 3)
  assert.equal(it.isBlocked(from('203.0.113.7')), true)
})
