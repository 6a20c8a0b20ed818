import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import type { SharedCounts, WrongKeyCount } from '../ports/shared-counts.ts'
import { type SharedNames, WrongKeyLimit } from './limits.ts'

function limit(proxies = 0, perMinute = 3, inAll = 0, shared?: SharedNames) {
  const state = { nowMs: 0 }
  let id = 0
  const it = new WrongKeyLimit({ perMinute, inAll, proxies, shared, nowMs: () => state.nowMs })
  const countedFor = (remoteAddress: string, forwarded?: string) =>
    it.countedFor({
      socket: { remoteAddress },
      headers: { 'x-forwarded-for': forwarded },
    } as unknown as IncomingMessage)
  /**
   * Sends wrong keys, each for another personal_id; returns whether the last was refused for the
   * earlier ones.
   */
  const wrong = (
    remoteAddress: string,
    more: { readonly times?: number; readonly forwarded?: string; readonly id?: string } = {},
  ) => {
    const from = countedFor(remoteAddress, more.forwarded)
    let refused = false
    for (let i = 0; i < (more.times ?? 1); i++)
      refused = it.wrongKey(from, more.id ?? `${id++}`) === 'too-many-attempts'
    return refused
  }
  return { state, wrong, waitS: (address: string) => it.waitS(countedFor(address), 'no such voter') }
}

const address = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`

test('an address that guesses is held for one minute, other addresses are not', () => {
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

test('a clock that is set back makes no hold longer', () => {
  const { state, wrong } = limit()
  state.nowMs = 10_000_000
  assert.equal(wrong('203.0.113.7', { times: 9 }), true)
  state.nowMs = 1_000
  assert.equal(wrong('203.0.113.7'), false)
})

test('an IPv6 /64 counts as one address; the machine itself is never held, unless behind a proxy', () => {
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

test('behind the operator’s proxies the address that they saw counts, and only then', () => {
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

test('no flood of addresses ends a hold: neither one wrong key each nor as many as allowed', () => {
  const { wrong } = limit()
  assert.equal(wrong('198.51.100.1', { times: 4 }), true)
  for (let i = 0; i < 50_000; i++) wrong(address(i))
  assert.equal(wrong('198.51.100.1'), true)
  // 41,000 addresses are held, more than are remembered: the oldest hold passes to the network
  // around it.
  for (let i = 60_000; i < 101_000; i++) wrong(address(i), { times: 3 })
  assert.equal(wrong('198.51.100.1'), true)
  assert.equal(wrong(address(100_999)), true)
})

test('a guesser who changes addresses within a wider network is held as that network', () => {
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

test('a hold doubles each time it is soon reached again, and is short again after a quiet time', () => {
  const { state, wrong, waitS } = limit()
  const minutes: number[] = []
  for (let hold = 0; hold < 7; hold++) {
    assert.equal(wrong('203.0.113.7', { times: 3 }), false)
    assert.equal(wrong('203.0.113.7'), true)
    minutes.push(waitS('203.0.113.7') / 60)
    state.nowMs += waitS('203.0.113.7') * 1000 - 1
    assert.equal(wrong('203.0.113.7'), true)
    state.nowMs += 1
  }
  assert.deepEqual(minutes, [1, 2, 4, 8, 16, 16, 16])
  state.nowMs += 16 * 60_000
  assert.equal(wrong('203.0.113.7', { times: 4 }), true)
  assert.equal(waitS('203.0.113.7'), 60)
})

test('a hold of several minutes stays among many others', () => {
  const { state, wrong } = limit()
  wrong('198.51.100.1', { times: 4 })
  state.nowMs += 60_000
  wrong('198.51.100.1', { times: 4 })
  for (let i = 0; i < 119; i++) {
    state.nowMs += 1_000
    for (let j = 0; j < 50; j++) wrong(address(i * 300 + j), { times: 4 })
    assert.equal(wrong('198.51.100.1'), true, String(i))
  }
  state.nowMs += 1_000
  assert.equal(wrong('198.51.100.1'), false)
})

test('many addresses lead to a hold of their network or of one personal_id, for wrong keys only', () => {
  const { wrong } = limit()
  for (let i = 1; i <= 24; i++) assert.equal(wrong(`203.0.113.${i}`, { times: 2 }), false, String(i))
  assert.equal(wrong('203.0.113.200'), true)
  const { wrong: forOne } = limit()
  for (let i = 1; i <= 3; i++) assert.equal(forOne(`198.51.${i}.1`, { id: 'P1' }), false)
  assert.equal(forOne('192.0.2.1', { id: 'P1' }), true)
  assert.equal(forOne('192.0.2.1', { id: 'P2' }), false)
})

test('while all addresses together exceed their limit, each has a tenth of its limit', () => {
  const { state, wrong } = limit(0, 60, 1_000)
  for (let i = 0; i < 1_100; i++) wrong(address(i * 256))
  let answered = 0
  while (!wrong('203.0.113.7')) answered++
  assert.equal(answered, 6)
  state.nowMs += 120_000
  answered = 0
  while (!wrong('198.51.100.7')) answered++
  assert.equal(answered, 60)
})

test('a server applies another server’s counts once it has them, under names that show no addresses', () => {
  const sent: WrongKeyCount[] = []
  const counts = (): SharedCounts & { learn: (counts: readonly WrongKeyCount[]) => void } => {
    let listener: (counts: readonly WrongKeyCount[]) => void = () => {}
    return {
      add: (kind, name, within) => sent.push({ kind, name, within, times: 1 }),
      onLearned: (each) => {
        listener = each
      },
      learn: (each) => listener(each),
      state: () => ({ up: true, failures: 0, dropped: 0 }),
    }
  }
  const [here, there] = [counts(), counts()]
  const { wrong } = limit(0, 3, 0, { counts: here, secret: 's' })
  const { wrong: elsewhere } = limit(0, 3, 0, { counts: there, secret: 's' })
  assert.equal(wrong('203.0.113.7', { times: 3 }), false)
  assert.equal(elsewhere('203.0.113.7'), false)
  there.learn(sent.splice(0))
  assert.equal(elsewhere('203.0.113.7'), true)
  assert.equal(elsewhere('203.0.113.8'), false)
  assert.doesNotMatch(JSON.stringify(sent), /203|cb0071/)
})
