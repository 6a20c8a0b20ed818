/** When pages warn that the voter's connection is not encrypted. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { travelsInClear } from './in-clear.ts'

const request = (remoteAddress: string, proto?: string, encrypted?: boolean): IncomingMessage =>
  ({
    socket: { remoteAddress, encrypted },
    headers: proto === undefined ? {} : { 'x-forwarded-proto': proto },
  }) as unknown as IncomingMessage

test('without a proxy, whatever comes from another machine without TLS is in clear', () => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '10.0.0.1'])
    assert.equal(travelsInClear(request(address), 0), true, address)
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    assert.equal(travelsInClear(request(address), 0), false, address)
  assert.equal(travelsInClear(request('192.0.2.1', undefined, true), 0), false)
})

test('behind a proxy its word counts: the outermost of one’s own, and nobody’s further out', () => {
  assert.equal(travelsInClear(request('127.0.0.1', 'http'), 1), true)
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 1), false)
  assert.equal(travelsInClear(request('192.0.2.1', ' HTTPS '), 1), false)
  // One that does not say.
  assert.equal(travelsInClear(request('192.0.2.1'), 1), false)
  // Two proxies that append: the voter reached the outer one in clear.
  assert.equal(travelsInClear(request('192.0.2.1', 'http, https'), 2), true)
  assert.equal(travelsInClear(request('192.0.2.1', 'https, http'), 2), false)
  // What a voter makes up stands left of it.
  assert.equal(travelsInClear(request('192.0.2.1', 'https, http, http'), 2), true)
  // Two proxies of which the inner one passes on what the outer one said.
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 2), false)
})

test('a proxy that the server was not told of may say that the voter reached it by TLS', () => {
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 0), false)
  assert.equal(travelsInClear(request('127.0.0.1', 'http'), 0), true)
})
