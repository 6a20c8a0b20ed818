import { deepEqual, equal, match, notEqual, throws } from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { isLogOrigin, loadLogKey, newLogKey } from './log-signer.ts'

// The example key of golang.org/x/mod/sumdb/note, and what its package documentation says it makes
// of its example text.
const GO_SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const GO_VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const GO_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const GO_SIGNATURE =
  'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='

test('a signer key made by another implementation gives its verifier key and its signature', () => {
  const signer = loadLogKey(`${GO_SIGNER}\n`)
  equal(signer.origin, 'PeterNeumann')
  equal(signer.verifierKey, GO_VERIFIER)
  const line = Buffer.concat([Buffer.from('c74f20a3', 'hex'), signer.sign(Buffer.from(GO_TEXT))])
  equal(line.toString('base64'), GO_SIGNATURE)
})

test('a new key is loaded again as it was, and its signatures verify by the verifier key alone', async () => {
  const { signerKey, signer } = newLogKey('example.org/elections/board-2026')
  const again = loadLogKey(signerKey)
  equal(again.verifierKey, signer.verifierKey)
  match(signer.verifierKey, /^example\.org\/elections\/board-2026\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/)
  const message = Buffer.from('text\n')
  deepEqual(again.sign(message), signer.sign(message))
  deepEqual(await again.signAside(message), signer.sign(message))
  const x = Buffer.from(signer.verifierKey.split('+').slice(2).join('+'), 'base64').subarray(1)
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') },
    format: 'jwk',
  })
  equal(verify(null, message, key, signer.sign(message)), true)
  notEqual(newLogKey(signer.origin).signerKey, signerKey)
})

test('anything but a whole signer key is refused, without telling the key', () => {
  const bad = [
    '',
    GO_VERIFIER,
    GO_SIGNER.replace('c74f20a3', 'c74f20a4'),
    GO_SIGNER.replace('c74f20a3', 'C74F20A3'),
    GO_SIGNER.replace('PeterNeumann', 'PeterNeumanm'),
    GO_SIGNER.replace('PeterNeumann', 'Peter Neumann'),
    GO_SIGNER.replace('PeterNeumann', ''),
    GO_SIGNER.replace('+AY', '+AI'),
    GO_SIGNER.replace('+AY', '+BY'),
    GO_SIGNER.slice(0, -1),
    `${GO_SIGNER}A`,
    `${GO_SIGNER}\n${GO_SIGNER}`,
    'x'.repeat(1 << 20),
  ]
  for (const text of bad)
    throws(
      () => loadLogKey(text),
      (error: Error) => !error.message.includes('AYEK') && error.message.length < 100,
      text.slice(0, 99),
    )
})

test('a name is one that notes can carry', () => {
  equal(isLogOrigin('digital-elections/board-1a2b3c4d'), true)
  for (const name of ['', 'a b', 'a+b', 'a\nb', 'a\u2028b', 'a\u00a0b', '\ud800', 'a'.repeat(256)])
    equal(isLogOrigin(name), false)
  throws(() => newLogKey('a+b'), RangeError)
})
