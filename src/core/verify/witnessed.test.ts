/** The verified checkpoint must have a quorum of cosignatures, whichever of the two it is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HASHER, testKey, verifyEd25519 } from '../../../test/log-keys.ts'
import { formatCheckpoint } from '../tlog/checkpoint.ts'
import { cosign } from '../tlog/cosignature.ts'
import type { Hash } from '../tlog/merkle.ts'
import { formatNote, signNote } from '../tlog/note.ts'
import { COSIGNATURE } from '../tlog/note-key.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { readCheckpoint } from './signature.ts'
import { witnessedCheckpoint } from './witnessed.ts'

const LOG = testKey('log.example', new Uint8Array(32).fill(1))
const STRANGER = testKey('log.example', new Uint8Array(32).fill(2))
const [W1, W2] = [3, 4].map((seed) => testKey(`w${seed}`, new Uint8Array(32).fill(seed), COSIGNATURE)) as [
  typeof LOG,
  typeof LOG,
]

function note(size: number, cosigners: readonly (typeof LOG)[], log = LOG, forged: readonly string[] = []) {
  const root = HASHER.sha256(utf8Bytes(`${size}`)) as Hash
  const text = formatCheckpoint({ origin: 'log.example', size, root, extensions: [] })
  const cosignatures = cosigners.map(({ key, sign }) =>
    cosign(text, key, 1_800_000_000, forged.includes(key.name) ? LOG.sign : sign),
  )
  return utf8Bytes(formatNote({ text, signatures: [signNote(text, log.key, log.sign), ...cosignatures] }))
}

async function chosen(newest: Uint8Array, witnessed: Uint8Array | undefined, quorum = 2) {
  const { signed, good, findings } = await witnessedCheckpoint(
    (path) => (path === 'checkpoint.witnessed' ? witnessed : undefined),
    verifyEd25519,
    LOG.key,
    readCheckpoint(newest),
    { witnesses: [W1.key, W2.key], quorum, nowMs: 1_800_000_000_000 },
  )
  return [signed.checkpoint.size, good, ...findings.map(({ code }) => code)]
}

test('with the quorum the newest checkpoint is used, else the witnessed one, else a finding', async () => {
  assert.deepEqual(await chosen(note(9, [W1, W2]), note(5, [W1, W2])), [9, 2])
  assert.deepEqual(await chosen(note(9, [W1]), note(5, [W1, W2])), [5, 2])
  assert.deepEqual(await chosen(note(9, [W1]), note(9, [W1, W2])), [9, 2])
  assert.deepEqual(await chosen(note(9, [W1]), undefined), [9, 1, 'cosignatures-too-few'])
  assert.deepEqual(await chosen(note(9, [W1]), note(5, [W2])), [9, 1, 'cosignatures-too-few'])
  assert.deepEqual(await chosen(note(9, [W1]), undefined, 1), [9, 1])
})

test('a witnessed checkpoint of another log is ignored, and invalid cosignatures are findings', async () => {
  const fake = note(5, [W1, W2], STRANGER)
  assert.deepEqual(await chosen(note(9, [W1]), fake), [9, 1, 'cosignatures-too-few'])
  assert.deepEqual(await chosen(note(9, [W1]), utf8Bytes('garbage')), [9, 1, 'cosignatures-too-few'])
  const forged = note(9, [W1, W2], LOG, ['w4'])
  assert.deepEqual(await chosen(forged, note(5, [W1, W2])), [5, 2, 'cosignature-invalid'])
  assert.deepEqual(await chosen(note(9, [W1, W1]), undefined), [9, 1, 'cosignatures-too-few'])
})
