import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import fc from 'fast-check'
import { clientNetwork, parseNetwork, widerNetwork } from './address.ts'

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage
const client = (forwarded: string | undefined, proxies: number) =>
  clientNetwork(from('127.0.0.1', forwarded), proxies).own

const SPELLINGS: readonly (readonly string[])[] = [
  [
    ...['192.0.2.1', ' 192.0.2.1 ', '"192.0.2.1"', '192.0.2.1:5555', '::ffff:192.0.2.1', '::FFFF:c000:201'],
    ...['[::ffff:192.0.2.1]:80', '0:0:0:0:0:ffff:192.0.2.1', '::ffff:192.0.2.1%eth0', '64:ff9b::192.0.2.1'],
  ],
  [
    ...[
      '2001:db8::1',
      '2001:db8::2',
      '2001:db8::3:4',
      '2001:DB8:0:0::5',
      '2001:0db8:0000::6',
      '[2001:db8::7]',
    ],
    ...[
      '[2001:db8::8]:443',
      '"[2001:db8::9]:443"',
      '2001:db8:0:0:1:2:3:4:4001',
      '2001:db8::a%2',
      '2001:db8::',
    ],
  ],
  ['2001:db8:1:2::1', '2001:DB8:1:2::3', '2001:0db8:0001:0002:0:0:0:4', '2001:db8:1:2:ffff::5'],
  ['fe80::1%eth0', 'fe80::2%en1', '[fe80::1%25eth0]:80'],
]

test('every spelling of a network gives the same network', () => {
  const networks = SPELLINGS.map((spellings) => new Set(spellings.map((text) => parseNetwork(text)?.own)))
  for (const [i, same] of networks.entries()) {
    assert.equal(same.size, 1, `${SPELLINGS[i]![0]}: ${[...same].join(' ')}`)
    assert.ok(!same.has(undefined))
  }
  assert.equal(new Set(networks.map(([...same]) => same[0])).size, SPELLINGS.length)
})

test('text that is not an address is refused', () => {
  for (const text of [
    ...[
      '',
      ' ',
      'unknown',
      '_hidden',
      '192.0.2',
      '192.0.2.256',
      '1.2.3.4:port',
      '[1:2',
      ':::',
      '2001:db8::1::2',
    ],
    ...['1.2.3.4, 5.6.7.8', 'x'.repeat(1_000), '1'.repeat(79), '999999999999', '[]', '[]:80', '%eth0', ':80'],
  ])
    assert.equal(parseNetwork(text), undefined, text)
})

test('neighbouring networks differ, and share a wider network', () => {
  const of = (text: string) => parseNetwork(text)!
  const wide = (text: string) => widerNetwork(of(text).own)
  assert.notEqual(of('192.0.2.1').own, of('192.0.2.2').own)
  assert.equal(wide('192.0.2.1'), wide('192.0.2.2'))
  assert.notEqual(of('2001:db8:1:2::').own, of('2001:db8:1:3::').own)
  assert.equal(wide('2001:db8:1:2::'), wide('2001:db8:1:3::'))
  assert.notEqual(wide('2001:db8:1:2::'), wide('2001:db8:2:2::'))
  assert.notEqual(of('127.0.0.2').own, of('127.0.0.3').own)
  for (const text of ['127.0.0.2', '::1', '::ffff:127.9.9.9', '0:0::0:1']) assert.ok(of(text).loopback, text)
  for (const text of ['128.0.0.1', '::2', '::', '1::1']) assert.ok(!of(text).loopback, text)
})

test('proxies are counted from the right; without a valid entry the socket’s address is used', () => {
  const [a, b, c] = ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map((text) => parseNetwork(text)!.own)
  const socket = parseNetwork('127.0.0.1')!.own
  const list = '198.51.100.1, 198.51.100.2,198.51.100.3:77'
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((proxies) => client(list, proxies)),
    [socket, c, b, a, socket],
  )
  for (const text of [undefined, '', ',', '1.1.1.1,', '1.1.1.1, unknown', '1.1.1.1,'.repeat(500)])
    assert.equal(client(text, 1), socket, text)
  assert.equal(client(`,${list}`, 4), socket)
})

test('any text in the header is used or ignored, and never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(5), (text, proxies) => {
      assert.ok(client(text, proxies).length > 0)
    }),
  )
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const own = parseNetwork(text)?.own
      assert.ok(own !== undefined, text)
      assert.equal(own, parseNetwork(`[${text.toUpperCase()}]:65535`)?.own)
    }),
  )
})
