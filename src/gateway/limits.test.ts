import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { WrongKeyLimit } from './limits.ts'

function limit(proxies = 0, perMinute = 3) {
  const state = { nowMs: 0 }
  const it = new WrongKeyLimit({ perMinute, proxies, nowMs: () => state.nowMs })
  /** Types so many wrong keys; says whether the last was refused for those before it. */
  const wrong = (
    remoteAddress: string,
    { times = 1, forwarded }: { times?: number; forwarded?: string } = {},
  ) => {
    const request = {
      socket: { remoteAddress },
      headers: { 'x-forwarded-for': forwarded },
    } as unknown as IncomingMessage
    const from = it.countedFor(request)
    let refused = false
    for (let i = 0; i < times; i++) refused = it.wrongKey(from) === 'too-many-attempts'
    return refused
  }
  return { state, wrong }
}

const address = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`

test('an address that guesses is held for a minute, others are not', () => {
  const { state, wrong } = limit()
  state.nowMs = 50_000
  assert.equal(wrong('203.0.113.7', { times: 3 }), false)
  assert.equal(wrong('203.0.113.7'), true)
  assert.equal(wrong('203.0.113.8'), false)
  state.nowMs = 109_999
  assert.equal(wrong('203.0.113.7'), true)
  state.nowMs = 110_000
  assert.equal(wrong('203.0.113.7'), false)
})

test('a minute of few wrong keys is forgotten', () => {
  const { state, wrong } = limit()
  for (let minute = 0; minute < 5; minute++) {
    state.nowMs = minute * 60_000
    assert.equal(wrong('203.0.113.7', { times: 2 }), false)
  }
})

test('a clock set back does not hold anybody longer', () => {
  const { state, wrong } = limit()
  state.nowMs = 10_000_000
  assert.equal(wrong('203.0.113.7', { times: 9 }), true)
  state.nowMs = 1_000
  assert.equal(wrong('203.0.113.7'), false)
})

test('one IPv6 customer is one address; the machine itself is never held, unless behind a proxy', () => {
  const { wrong } = limit()
  assert.equal(wrong('2001:db8::aaaa:0:1', { times: 3 }), false)
  assert.equal(wrong('2001:DB8::9'), true)
  assert.equal(wrong('2001:db8:0:1::9'), false)
  for (const itself of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(wrong(itself, { times: 99 }), false, itself)
  const { wrong: behind } = limit(1)
  for (const forwarded of ['127.0.0.1', '::1', undefined])
    assert.equal(behind('127.0.0.1', { times: 99, ...(forwarded && { forwarded }) }), true, forwarded)
})

test('behind one’s own proxies the address they saw counts, and only then', () => {
  const { wrong: one } = limit(1)
  assert.equal(one('127.0.0.1', { times: 4, forwarded: '198.51.100.1, 203.0.113.7:999' }), true)
  assert.equal(one('127.0.0.1', { forwarded: '203.0.113.7' }), true)
  assert.equal(one('127.0.0.1', { forwarded: '198.51.100.1' }), false)
  const { wrong: two } = limit(2)
  assert.equal(two('127.0.0.1', { times: 4, forwarded: '203.0.113.7, 192.0.2.80' }), true)
  assert.equal(two('127.0.0.1', { forwarded: '203.0.113.8, 192.0.2.80' }), false)
  const { wrong: none } = limit(0)
  assert.equal(none('192.0.2.1', { times: 4, forwarded: '203.0.113.7' }), true)
  assert.equal(none('192.0.2.2', { forwarded: '203.0.113.7' }), false)
})

test('no flood of addresses opens a block: neither one wrong key each nor as many as are allowed', () => {
  const { wrong } = limit()
  assert.equal(wrong('198.51.100.1', { times: 4 }), true)
  for (let i = 0; i < 50_000; i++) wrong(address(i))
  assert.equal(wrong('198.51.100.1'), true)
  // 41,000 addresses are blocked, more than are remembered: the oldest block passes to the network around it.
  for (let i = 60_000; i < 101_000; i++) wrong(address(i), { times: 3 })
  assert.equal(wrong('198.51.100.1'), true)
  assert.equal(wrong(address(100_999)), true)
})

test('who changes addresses within a wider network is held as that network', () => {
  const { wrong } = limit()
  const inSite = (i: number) => `2001:db8:1:${i.toString(16)}::1`
  let refused = 0
  for (let i = 0; i < 65_536; i++) if (wrong(inSite(i))) refused++
  assert.ok(refused > 40_000, String(refused))
  assert.equal(wrong('2001:db8:2::1'), false)
})

test('0 is no limit', () => {
  assert.equal(limit(0, 0).wrong('203.0.113.7', { times: 1_000 }), false)
})
