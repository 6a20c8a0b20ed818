/**
 * Addresses of a Spark Connect server: what is taken, what is refused, and that no token is
 * repeated.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadSparkRemote, parseSparkRemote } from './remote.ts'

const remote = (changes: object) => ({
  address: '127.0.0.1:15002',
  tls: false,
  token: null,
  userId: 'elections',
  ...changes,
})

test('addresses as Spark writes them', () => {
  assert.deepEqual(parseSparkRemote('sc://127.0.0.1:15002'), remote({}))
  assert.deepEqual(parseSparkRemote('sc://spark/'), remote({ address: 'spark:15002' }))
  assert.deepEqual(parseSparkRemote('sc://[::1]:15/;use_ssl=false'), remote({ address: '[::1]:15' }))
  assert.deepEqual(
    parseSparkRemote('sc://a.b:1/;user_id=x;use_ssl=true'),
    remote({ address: 'a.b:1', tls: true, userId: 'x' }),
  )
})

test('a token goes over TLS, but on loopback', () => {
  assert.deepEqual(parseSparkRemote('sc://127.0.0.1:15002/;token=ab%3D'), remote({ token: 'ab=' }))
  assert.equal(parseSparkRemote('sc://localhost/;token=x').tls, false)
  assert.equal(parseSparkRemote('sc://spark:15002/;token=x').tls, true)
  assert.throws(() => parseSparkRemote('sc://spark:15002/;token=secret;use_ssl=false'), BadSparkRemote)
})

test('what is not understood is refused, and a token in it is not repeated', () => {
  for (const text of [
    '',
    'spark:15002',
    'http://spark',
    'sc://',
    'sc://spark:0',
    'sc://spark:70000',
    'sc://user@spark',
    'sc://spark/path',
    'sc://spark/;session_id=secret',
    'sc://spark/;token=secret;token=secret',
    'sc://spark/;token=',
    'sc://spark/;token=%zz',
    'sc://spark/;secret',
    'sc://spark/;use_ssl=secret',
    'sc://spark/;user_id=a%0Asecret',
  ])
    assert.throws(
      () => parseSparkRemote(text),
      (error: Error) => error instanceof BadSparkRemote && !error.message.includes('secret'),
      text,
    )
})

test('any text is an address or is refused', () => {
  fc.assert(
    fc.property(fc.string(), (tail) => {
      try {
        assert.match(parseSparkRemote(`sc://spark${tail}`).address, /^[^/;]+:\d+$/)
      } catch (error) {
        assert.ok(error instanceof BadSparkRemote)
      }
    }),
  )
})
