/**
 * Promises are made in batches, parsed and checked: properties against the portable hashes, and
 * hostile receipts.
 */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify as cryptoVerify, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { newLogKey } from '../../adapters/node/log-signer.ts'
import { nodePromiseHashes } from '../../adapters/node/promise-hashes.ts'
import { Malformed } from '../tlog/malformed.ts'
import { type Sha256, treeHasher } from '../tlog/merkle.ts'
import { formatNote, signNote, type Verify } from '../tlog/note.ts'
import { parseVerifierKey } from '../tlog/note-key.ts'
import {
  type PromiseVersion,
  parseReceipt,
  parseTracker,
  type ReceiptFile,
  type SignedPromise,
  verifyPromise,
} from './promise.ts'
import { promiseWriter } from './promise-batch.ts'

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest()
const hasher = treeHasher(sha256)
const verify: Verify = (publicKey, message, signature) => {
  const x = Buffer.from(publicKey).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return cryptoVerify(null, message, key, signature)
}

function logOf(origin: string, v: PromiseVersion = 1) {
  const { signer } = newLogKey(origin)
  const key = parseVerifierKey(sha256, signer.verifierKey)
  let signed = 0
  const write = promiseWriter({
    v,
    log: origin,
    hashes: nodePromiseHashes(),
    saltHex: () => randomBytes(16).toString('hex'),
    signedNote: async (text) => {
      signed++
      return formatNote({ text, signatures: [signNote(text, key, signer.sign)] })
    },
  })
  return { key, write, signed: () => signed }
}

const log = logOf('digital-elections/test-0a1b2c3d')
const log2 = logOf('digital-elections/test-0a1b2c3d', 2)
const LOGS = [log, log2]
const trackerOf = (i: number) => createHash('sha256').update(String(i)).digest('base64url')
const receiptText = (tracker: string, promise: string) =>
  `{"status":"recorded","election":"test","tracker":"${tracker}","promise":${promise}}\n`
const check = ({ leaf, promise }: ReceiptFile, key = log.key) =>
  verifyPromise(hasher, verify, leaf, promise!, key)

async function oneOf(count: number, i: number, of = log): Promise<ReceiptFile> {
  const trackers = Array.from({ length: count }, (_, n) => trackerOf(n))
  const promises = await of.write(trackers, 1_700_000_000)
  return parseReceipt(receiptText(trackers[i]!, promises[i]!))
}

test('each promise of a batch of any size verifies, and only for its own tracker and time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 3_155_760_000 }),
      fc.constantFrom(...LOGS),
      async (count, seconds, log) => {
        const trackers = Array.from({ length: count }, (_, i) => trackerOf(i))
        const before = log.signed()
        const promises = await log.write(trackers, seconds)
        assert.equal(log.signed() - before, Math.ceil(count / 256), 'one signature for up to 256')
        for (const [i, promise] of promises.entries()) {
          const text = receiptText(trackers[i]!, promise)
          assert.equal(text.length, Buffer.byteLength(text))
          const receipt = parseReceipt(text)
          assert.deepEqual(check(receipt, log.key), { ok: true })
          const { term } = receipt.promise!
          assert.equal(term.v === 1 ? term.publishBy : term.withinS, seconds)
          assert.equal(term.v, log === log2 ? 2 : 1)
          const other = { ...receipt, leaf: parseTracker(trackerOf(i + 1)) }
          assert.deepEqual(check(other, log.key), { ok: false, why: 'not-in-batch' })
        }
      },
    ),
    {
      numRuns: 12,
      // Batches just below and above the size that one signature covers.
      examples: [
        [1, 1, log],
        [256, 3_155_760_000, log2],
        [257, 1, log],
        [513, 600, log2],
      ],
    },
  )
})

test('a promise with any changed part is invalid', async () => {
  const receipt = await oneOf(10, 9)
  const promise = receipt.promise!
  const changed: [string, Partial<SignedPromise>][] = [
    ['not-in-batch', { term: { v: 1, publishBy: 1_700_000_001 } }],
    // The same seconds as the other version: a promise for after the close must not be valid as a
    // date in 1970, and a date not as a promise for after the close.
    ['not-a-batch', { term: { v: 2, withinS: 1_700_000_000 } }],
    ['not-in-batch', { salt: new Uint8Array(16) }],
    ['not-in-batch', { index: 8 }],
    ['not-in-batch', { index: 10 }],
    ['not-in-batch', { hashes: promise.hashes.slice(1) }],
    ['not-in-batch', { hashes: promise.hashes.toReversed() }],
    ['other-log', { log: 'digital-elections/other' }],
    ['not-a-batch', { note: '' }],
    ['not-a-batch', { note: promise.note.replace('/promises', '') }],
    ['not-a-batch', { note: promise.note.replace('\n10\n', '\n257\n') }],
    ['not-a-batch', { note: promise.note.replace('\n\n', '\nextension\n\n') }],
    ['not-in-batch', { note: promise.note.replace('\n10\n', '\n11\n') }],
  ]
  for (const [why, change] of changed)
    assert.deepEqual(check({ ...receipt, promise: { ...promise, ...change } }), { ok: false, why })
})

test('a promise of one version is invalid as the other', async () => {
  const dated = await oneOf(3, 1)
  const after = await oneOf(3, 1, log2)
  assert.deepEqual(check(after, log2.key), { ok: true })
  const asDated = { ...after.promise!, term: { v: 1 as const, publishBy: 1_700_000_000 } }
  assert.deepEqual(check({ ...after, promise: asDated }, log2.key), { ok: false, why: 'not-a-batch' })
  const asAfter = { ...dated.promise!, term: { v: 2 as const, withinS: 1_700_000_000 } }
  assert.deepEqual(check({ ...dated, promise: asAfter }), { ok: false, why: 'not-a-batch' })
})

test('only the log’s key makes a valid promise', async () => {
  const receipt = await oneOf(3, 1)
  const stranger = logOf(receipt.promise!.log)
  assert.deepEqual(check(receipt, stranger.key), { ok: false, why: 'not-signed' })
  const [text] = await stranger.write([trackerOf(1)], 1)
  const forged = parseReceipt(receiptText(trackerOf(1), text!))
  assert.deepEqual(check(forged), { ok: false, why: 'not-signed' })
  assert.equal(check(forged, stranger.key).ok, true)
  // Name and key id of the right key, with a signature of the wrong one.
  const id = Buffer.alloc(4)
  id.writeUInt32BE(log.key.keyId)
  const lines = forged.promise!.note.split(' ')
  const signature = Buffer.from(lines.at(-1)!, 'base64')
  lines[lines.length - 1] = `${Buffer.concat([id, signature.subarray(4)]).toString('base64')}\n`
  const dressed = { ...forged, promise: { ...forged.promise!, note: lines.join(' ') } }
  assert.deepEqual(check(dressed), { ok: false, why: 'not-signed' })
})

test('a receipt does not reveal the other trackers of its batch', async () => {
  const trackers = [trackerOf(0), trackerOf(1)]
  const [first] = await log.write(trackers, 1_700_000_000)
  const { promise } = parseReceipt(receiptText(trackers[0]!, first!))
  const sibling = Buffer.from(promise!.hashes[0]!).toString('base64')
  // Even knowing every tracker of the log and the time does not reveal which one it is.
  const { leaf } = nodePromiseHashes()
  for (const salt of ['', Buffer.from(promise!.salt).toString('hex'), '0'.repeat(32)])
    for (const tracker of trackers) assert.notEqual(leaf(tracker, 1_700_000_000, salt), sibling)
})

test('the origin may contain all characters that a key’s name may', async () => {
  const strange = logOf('wähl."x"\\/→😀')
  const [text] = await strange.write([trackerOf(0)], 5)
  assert.match(text!, /^[ -~]+$/)
  assert.deepEqual(check(parseReceipt(receiptText(trackerOf(0), text!)), strange.key), { ok: true })
})

test('a receipt without a promise is parsed; other text throws Malformed and no other error', async () => {
  const bare = `{"status":"recorded","election":"test","tracker":"${trackerOf(0)}"}`
  assert.equal(parseReceipt(bare).promise, null)
  const [promise] = await log.write([trackerOf(0)], 5)
  const whole = JSON.parse(receiptText(trackerOf(0), promise!))
  const bad: unknown[] = [
    null,
    [],
    'text',
    { ...whole, status: 'refused' },
    { ...whole, election: 5 },
    { ...whole, tracker: `${trackerOf(0)}=` },
    { ...whole, tracker: `${trackerOf(0).slice(0, 42)}B` },
    { ...whole, tracker: [trackerOf(0)] },
    ...[null, [], 'x', {}].map((one) => ({ ...whole, promise: one })),
    ...Object.entries({
      log: [undefined, 5],
      publish_by: [undefined, '5', -1, 1.5, 1e300, 253_402_300_800],
      v: [1, 2, 3, '2', null],
      salt: [undefined, '', 'g'.repeat(32), 'A'.repeat(32), '0'.repeat(30)],
      index: [undefined, 256, -1, '0'],
      hashes: [undefined, 'x', [5], ['x'], new Array(9).fill(`${'A'.repeat(43)}=`), ['A'.repeat(43)]],
      note: [undefined, 5],
    }).flatMap(([name, values]) =>
      values.map((value) => ({ ...whole, promise: { ...whole.promise, [name]: value } })),
    ),
  ]
  for (const value of bad)
    assert.throws(() => parseReceipt(JSON.stringify(value)), Malformed, JSON.stringify(value).slice(-200))
  for (const text of [
    '',
    '{',
    '['.repeat(16_000),
    `${receiptText(trackerOf(0), promise!)}${' '.repeat(16_384)}`,
  ])
    assert.throws(() => parseReceipt(text), Malformed)
  fc.assert(
    fc.property(fc.string(), fc.nat(2000), fc.nat(50), (text, at, length) => {
      const mutated = receiptText(trackerOf(0), promise!)
      const hostile = mutated.slice(0, at) + text + mutated.slice(at + length)
      let receipt: ReceiptFile
      try {
        receipt = parseReceipt(hostile)
      } catch (error) {
        assert.ok(error instanceof Malformed)
        return
      }
      if (receipt.promise !== null) verifyPromise(hasher, verify, receipt.leaf, receipt.promise, log.key)
    }),
  )
})
