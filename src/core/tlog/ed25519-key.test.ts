/**
 * Ed25519 public keys: every one that is made is taken, and none of small order, of two encodings,
 * or off the curve.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { isEd25519Key } from './ed25519-key.ts'

const P = 2n ** 255n - 19n
const encoded = (y: bigint, sign = 0) => {
  const bytes = new Uint8Array(32)
  for (let i = 0, rest = y; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n)
  bytes[31]! |= sign << 7
  return bytes
}
const made = () =>
  new Uint8Array(
    generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(12),
  )

/**
 * y of the points of order 8 (RFC 8032's curve; Hisil et al.); those of order 1, 2 and 4 have y =
 * 1, -1, 0.
 */
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n
const SMALL = [1n, P - 1n, 0n, Y8, P - Y8]

test('keys as they are made', () => {
  for (let i = 0; i < 50; i++) assert.ok(isEd25519Key(made()))
  assert.ok(
    isEd25519Key(Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')),
  )
})

test('all eight points of small order, in every encoding of theirs', () => {
  let refused = 0
  for (const y of SMALL)
    for (const sign of [0, 1])
      for (const written of [y, y + P].filter((each) => each < 2n ** 255n)) {
        assert.equal(isEd25519Key(encoded(written, sign)), false, `${written} ${sign}`)
        refused++
      }
  assert.equal(refused, 14)
})

test('a key with a part of small order, which implementations disagree about', () => {
  // (x, y) plus the point of order 2 is (-x, -y): y negated, the sign of x flipped.
  for (let i = 0; i < 20; i++) {
    const key = made()
    const sign = key[31]! >> 7
    const y = BigInt(
      `0x${Buffer.from(key.map((byte, at) => (at === 31 ? byte & 127 : byte)).toReversed()).toString('hex')}`,
    )
    assert.ok(isEd25519Key(encoded(y, sign)))
    assert.equal(isEd25519Key(encoded(P - y, 1 - sign)), false)
  }
})

test('numbers past the prime, points off the curve, other lengths', () => {
  for (let y = P; y < 2n ** 255n; y++)
    for (const sign of [0, 1]) assert.equal(isEd25519Key(encoded(y, sign)), false)
  // About half of all y are of no point, and of the rest an eighth are in the group.
  const taken = Array.from({ length: 200 }, (_, y) => encoded(BigInt(y) + 2n)).filter(isEd25519Key).length
  assert.ok(taken > 0 && taken < 40, String(taken))
  for (const length of [0, 31, 33, 64]) assert.equal(isEd25519Key(new Uint8Array(length).fill(9)), false)
})
