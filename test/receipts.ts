/** Checks a receipt's promise with the log's key alone. */
import assert from 'node:assert/strict'
import { createPublicKey, verify as cryptoVerify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadLogKey } from '../src/adapters/node/log-signer.ts'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import { type PromiseTerm, parseReceipt, verifyPromise } from '../src/core/log/promise.ts'
import type { Verify } from '../src/core/tlog/note.ts'
import { parseVerifierKey, type VerifierKey } from '../src/core/tlog/note-key.ts'

const hasher = nodeTreeHasher()
const verify: Verify = (publicKey, message, signature) => {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return cryptoVerify(null, message, key, signature)
}

/** Returns the public key of an election's log in a data folder. */
export function logKeyOf(dataDir: string, electionId: string): VerifierKey {
  const signerKey = readFileSync(join(dataDir, 'elections', electionId, 'keys', 'log-key'), 'utf8')
  return parseVerifierKey(hasher.sha256, loadLogKey(signerKey).verifierKey)
}

/** Returns a receipt’s tracker and promise; fails if the promise's signature is invalid. */
export function promised(
  receiptText: string,
  key: VerifierKey,
): { readonly tracker: string; readonly term: PromiseTerm; readonly note: string } {
  const { tracker, leaf, promise } = parseReceipt(receiptText)
  assert.ok(promise, 'a receipt without a promise')
  const checked = verifyPromise(hasher, verify, leaf, promise, key)
  assert.deepEqual(checked, { ok: true })
  return { tracker, term: promise.term, note: promise.note }
}
