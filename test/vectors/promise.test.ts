/**
 * The fixed vector of docs/protocol.md, "Receipt": promises whose every byte was computed by
 * promise.sh, not by this code.
 */
import assert from 'node:assert/strict'
import { createPublicKey, hash, verify } from 'node:crypto'
import { test } from 'node:test'
import { loadLogKey } from '../../src/adapters/node/log-signer.ts'
import { nodePromiseHashes } from '../../src/adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { parseReceipt, verifyPromise } from '../../src/core/log/promise.ts'
import { promiseWriter } from '../../src/core/log/promise-batch.ts'
import { formatNote, signNote } from '../../src/core/tlog/note.ts'
import { parseVerifierKey } from '../../src/core/tlog/note-key.ts'

const ORIGIN = 'digital-elections/city-2026-00000000'
const SIGNER = `PRIVATE+KEY+${ORIGIN}+57ce529c+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH`
const VERIFIER = `${ORIGIN}+57ce529c+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs`
/** The output of `promise.sh 1` and `promise.sh 2`. */
const MADE = {
  1: {
    seconds: 1_767_225_600,
    a: 'oQRn3b8ezSf+AiSevx9E3eync/D7KWzoaS6ppfQwvZQ=',
    b: 'Ahfy7N13Y9iVJM2Q0NQU7HTra0FcDLFUrJjqc7BTL+w=',
    c: 'j+5axJngt2NyMOFtUsUZbERIALMRApMXayCNYRoXeW0=',
    ab: 'h+4M/USBnqTPhMPL87lw1kPw7T0GEQTCEn/JeKfRbQs=',
    root: 'eP+X2iiqL8Y4FRImrC2gbwZFRnxN2nuFZBy8LpQ02uQ=',
    signature: 'V85SnErMfLc0MRkmrpKnCQ/n+z0f5FwOOX1KvfnDVP+Ms0fzEwc9XSnyYKu6zdqGgbZaVG2i3DB38tk1Y5vVO+9Irww=',
  },
  2: {
    seconds: 86_400,
    a: 'A6RJU745CKouPMoDfi++StWr8vomNgVjHDcar97Ie24=',
    b: 'A4j+Ac4H6pp8clmsAbGekprfwhmmaLh7lM5eb+eyC88=',
    c: 'Ot79H8pwZZit2XiMFKI0bMURBlJVEUBAculHzMUiqDY=',
    ab: 'PeLQ8HaO/A46BjXDNcIcXDO7lAs0vb8wYefD/Kuz2l0=',
    root: 'LhIOsy1imhvOMn+RkA1CzVoD1t3+oTB/HqFR47kZHLs=',
    signature: 'V85SnAIEPTsn0VDDgiFOFcRXCEbNhCaQsvIV56zkLp5HGsYUAcOa2+3K92tf/j+8fzlJhUiQO378DSSDQFdz27iNlgc=',
  },
}
const SALTS = [
  '000102030405060708090a0b0c0d0e0f',
  '101112131415161718191a1b1c1d1e1f',
  '202122232425262728292a2b2c2d2e2f',
]

const hasher = nodeTreeHasher()
const trackers = ['a', 'b', 'c'].map((text) => hash('sha256', text, 'base64url'))
const expectedOf = (v: 1 | 2) => {
  const { seconds, a, b, c, ab, root, signature } = MADE[v]
  const note = `${ORIGIN}/promises${v === 1 ? '' : '/v2'}\n3\n${root}\n\n\u2014 ${ORIGIN} ${signature}\n`
  const term = v === 1 ? { log: ORIGIN, publish_by: seconds } : { v: 2, log: ORIGIN, within: seconds }
  return [
    { index: 0, hashes: [b, c] },
    { index: 1, hashes: [a, c] },
    { index: 2, hashes: [ab] },
  ].map((path, i) => ({ ...term, salt: SALTS[i], ...path, note }))
}

for (const v of [1, 2] as const) {
  const expected = expectedOf(v)

  test(`promises of version ${v} have the bytes of promise.sh`, async () => {
    const signer = loadLogKey(SIGNER)
    assert.equal(signer.verifierKey, VERIFIER)
    const key = parseVerifierKey(hasher.sha256, VERIFIER)
    const salts = SALTS.values()
    const write = promiseWriter({
      v,
      log: ORIGIN,
      hashes: nodePromiseHashes(),
      saltHex: () => salts.next().value!,
      signedNote: async (text) => formatNote({ text, signatures: [signNote(text, key, signer.sign)] }),
    })
    assert.deepEqual(await write(trackers, MADE[v].seconds), expected.map(inAscii))
  })

  test(`a receipt with a promise of version ${v} is parsed and verified`, () => {
    const key = parseVerifierKey(hasher.sha256, VERIFIER)
    for (const [i, promise] of expected.entries()) {
      const text =
        '{"status":"recorded","election":"city-2026",' +
        `"tracker":"${trackers[i]}","promise":${inAscii(promise)}}\n`
      const receipt = parseReceipt(text)
      const checked = verifyPromise(hasher, nodeVerify, receipt.leaf, receipt.promise!, key)
      assert.deepEqual(checked, { ok: true })
      const { seconds } = MADE[v]
      assert.deepEqual(receipt.promise!.term, v === 1 ? { v, publishBy: seconds } : { v, withinS: seconds })
    }
  })
}

function inAscii(promise: object): string {
  return JSON.stringify(promise).replaceAll('\u2014', '\\u2014')
}

function nodeVerify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, message, key, signature)
}
