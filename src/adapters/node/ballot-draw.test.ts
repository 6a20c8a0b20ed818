import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ballotDraws, drawKey } from './ballot-draw.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

test('a draw is HMAC-SHA-256 of the leaf hash under the key of its step', () => {
  const drawOf = ballotDraws(new Uint8Array(32).fill(5))
  fc.assert(
    fc.property(bytes(32), fc.maxSafeNat(), (leaf, published) => {
      const key = drawKey(new Uint8Array(32).fill(5), published)
      assert.equal(drawOf(published)(leaf, 0), createHmac('sha256', key).update(leaf).digest('binary'))
    }),
  )
})

// (printf 'digital-elections/v2/draw\n'; printf '\x07%.0s' $(seq 32); printf '\0\0\0\0\0\0\0\x1e') |
// openssl dgst -sha256 printf '\x09%.0s' $(seq 32) | openssl dgst -sha256 -mac HMAC -macopt
// hexkey:KEY
test('the vector of the protocol: thirty ballots are told with it', () => {
  const secret = new Uint8Array(32).fill(7)
  assert.equal(
    Buffer.from(drawKey(secret, 30)).toString('hex'),
    '0bf81aa91fc91c3466379a0c9caf1dac8f0b4bd633a4abdccba88bbbda0cd65c',
  )
  const draw = ballotDraws(secret)(30)(new Uint8Array(32).fill(9), 0)
  assert.equal(
    Buffer.from(draw, 'latin1').toString('hex'),
    'af606ec49a6ee3edfb3d305123cf503d1ebaa5a0cdfbb12c80855c2d52d3208d',
  )
})
