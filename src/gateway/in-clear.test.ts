/** Tests when pages warn that the voter's connection is not encrypted. */
import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { travelsInClear } from './in-clear.ts'

const request = (remoteAddress: string, proto?: string, encrypted?: boolean): IncomingMessage =>
  ({
    socket: { remoteAddress, encrypted },
    headers: proto === undefined ? {} : { 'x-forwarded-proto': proto },
  }) as unknown as IncomingMessage

test('without a proxy, a request from another machine without TLS is in clear', () => {
  for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '10.0.0.1'])
    assert.equal(travelsInClear(request(address), 0), true, address)
  for (const address of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])
    assert.equal(travelsInClear(request(address), 0), false, address)
  assert.equal(travelsInClear(request('192.0.2.1', undefined, true), 0), false)
})

test('behind proxies, the header of the operator’s outermost proxy counts, and none from further out', () => {
  assert.equal(travelsInClear(request('127.0.0.1', 'http'), 1), true)
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 1), false)
  assert.equal(travelsInClear(request('192.0.2.1', ' HTTPS '), 1), false)
  // A proxy without the header.
  assert.equal(travelsInClear(request('192.0.2.1'), 1), false)
  // Two proxies that append to the header: the voter reached the outer one in clear.
  assert.equal(travelsInClear(request('192.0.2.1', 'http, https'), 2), true)
  assert.equal(travelsInClear(request('192.0.2.1', 'https, http'), 2), false)
  // A voter's forged entry is left of it.
  assert.equal(travelsInClear(request('192.0.2.1', 'https, http, http'), 2), true)
  // Two proxies, of which the inner one passes on the outer one's header.
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 2), false)
})

test('a proxy that is not configured may say that the voter reached it over TLS', () => {
  assert.equal(travelsInClear(request('192.0.2.1', 'https'), 0), false)
  assert.equal(travelsInClear(request('127.0.0.1', 'http'), 0), true)
})
