/** Fixed vector of docs/protocol.md, "Receipt": promises whose every byte was made by promise.sh, not by this code. */
import assert from 'node:assert/strict'
import { createPublicKey, hash, verify } from 'node:crypto'
import { test } from 'node:test'
import { loadLogKey } from '../../src/adapters/node/log-signer.ts'
import { nodePromiseHashes } from '../../src/adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { formatNote, signNote } from '../../src/core/log/note.ts'
import { parseVerifierKey } from '../../src/core/log/note-key.ts'
import { parseReceipt, verifyPromise } from '../../src/core/log/promise.ts'
import { promiseWriter } from '../../src/core/log/promise-batch.ts'

const ORIGIN = 'digital-elections/city-2026-00000000'
const SIGNER = `PRIVATE+KEY+${ORIGIN}+57ce529c+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH`
const VERIFIER = `${ORIGIN}+57ce529c+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs`
const LEAVES = {
  a: 'oQRn3b8ezSf+AiSevx9E3eync/D7KWzoaS6ppfQwvZQ=',
  b: 'KqtepjP/J7sOjrC0APelzE/lN//WL7K6RjvA1oh2Cvo=',
  c: 'M2dXVEA/4Ua8EdfKPphoHtAaekhLys4eq54N6uC7a6U=',
}
const AB = 'XLcKuuJ3y0ICoGe/WsR9hJjLGuFC8/z+9kR+noRyQgw='
const ROOT = '1TGU+a+vjX4/z564iAOr3//DObY6iOJwUpmg/X2dZbc='
const SIGNATURE =
  'V85SnMk2y1QNCaHngWJBxOMn1HhVRdJ9yFQsmLeTOT5uT9p/d5355/REThftj3hGd8b/dOUxrb+PfL6A4A0U+qq8twc='
const NOTE = `${ORIGIN}/promises\n3\n${ROOT}\n\n\u2014 ${ORIGIN} ${SIGNATURE}\n`
const SALTS = [
  '000102030405060708090a0b0c0d0e0f',
  '101112131415161718191a1b1c1d1e1f',
  '202122232425262728292a2b2c2d2e2f',
]

const hasher = nodeTreeHasher()
const trackers = ['a', 'b', 'c'].map((text) => hash('sha256', text, 'base64url'))
const times = [1_767_225_600, 1_767_225_601, 1_767_225_602]
const expected = [
  { index: 0, hashes: [LEAVES.b, LEAVES.c] },
  { index: 1, hashes: [LEAVES.a, LEAVES.c] },
  { index: 2, hashes: [AB] },
].map(({ index, hashes }, i) => ({
  log: ORIGIN,
  publish_by: times[i],
  salt: SALTS[i],
  index,
  hashes,
  note: NOTE,
}))

test('promises', async () => {
  const signer = loadLogKey(SIGNER)
  assert.equal(signer.verifierKey, VERIFIER)
  const key = parseVerifierKey(hasher.sha256, VERIFIER)
  const salts = SALTS.values()
  const write = promiseWriter({
    log: ORIGIN,
    hashes: nodePromiseHashes(),
    saltHex: () => salts.next().value!,
    signedNote: async (text) => formatNote({ text, signatures: [signNote(text, key, signer.sign)] }),
  })
  assert.deepEqual(await write(trackers, times), expected.map(inAscii))
})

test('a receipt', () => {
  const key = parseVerifierKey(hasher.sha256, VERIFIER)
  for (const [i, promise] of expected.entries()) {
    const text = `{"status":"recorded","election":"city-2026","tracker":"${trackers[i]}","promise":${inAscii(promise)}}\n`
    const receipt = parseReceipt(text)
    const checked = verifyPromise(hasher, nodeVerify, receipt.leaf, receipt.promise!, key)
    assert.deepEqual(checked, { ok: true, publishBy: times[i] })
  }
})

function inAscii(promise: object): string {
  return JSON.stringify(promise).replaceAll('\u2014', '\\u2014')
}

function nodeVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, message, key, signature)
}
