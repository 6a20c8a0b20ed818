/**
 * A server shows a result as certified once the certification is of its log, and of the very result
 * that it shows.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HASHER, testKey } from '../../../test/log-keys.ts'
import { ed25519Verify } from '../../adapters/node/ed25519.ts'
import { electionFrom } from '../../core/election/definition.ts'
import { certificationOf, formatCertification } from '../../core/log/certification.ts'
import { pluralityTally } from '../../core/tally/plurality.ts'
import { resultOf } from '../../core/tally/result.ts'
import { asHash } from '../../core/tlog/merkle.ts'
import { formatVerifierKey } from '../../core/tlog/note-key.ts'
import { signedCheckpoint } from '../../core/tlog/signed-checkpoint.ts'
import { certificationNotice } from './certification.ts'

const { sha256 } = HASHER
const LOG = testKey('log.example', new Uint8Array(32).fill(1))
const VKEY = formatVerifierKey(LOG.key)
const IDENTITY = { origin: 'log.example', verifierKey: VKEY, sign: LOG.sign }
const ELECTION = electionFrom({
  ...{ id: 'council', title: 'Council', opens_at: '2026-11-23T07:00:00Z', closes_at: '2026-11-23T19:00:00Z' },
  results: 'live',
  contests: [{ id: 'mayor', title: 'Mayor', options: ['ada', 'alan'].map((id) => ({ id, name: id })) }],
})
const TREE = { size: 5, root: asHash(sha256(new TextEncoder().encode('root'))) }
const RESULT = 'ab'.repeat(32)
const AT = '2026-11-23T20:00:00.000Z'

const certification = (changes: { resultSha256?: string; tree?: typeof TREE } = {}) =>
  new TextEncoder().encode(
    formatCertification(
      sha256,
      IDENTITY,
      certificationOf({
        election: ELECTION,
        result: resultOf(ELECTION, pluralityTally(ELECTION)),
        resultSha256: changes.resultSha256 ?? RESULT,
        keysIssued: 8,
        eligible: [8],
        lots: new Map(),
        atMs: Date.parse(AT),
        software: 'digital-elections 0.1.0',
        checked: [],
        log: { key: VKEY, checkpoint: signedCheckpoint(sha256, IDENTITY, changes.tree ?? TREE) },
      }),
    ),
  )

function watched() {
  const reported: string[] = []
  const state = {
    bytes: undefined as Uint8Array | undefined,
    closed: TREE as typeof TREE | undefined,
    result: RESULT as string | undefined,
    certified: 0,
    told: reported,
  }
  const notice = certificationNotice({
    ...{ electionId: ELECTION.id, verifierKey: VKEY, sha256, verify: ed25519Verify },
    read: async () => state.bytes,
    onOtherResult: () => reported.push('another result than the one shown here'),
    onInvalid: (reason) => reported.push(reason),
  })
  const look = async () => {
    if (state.closed !== undefined && (await notice.look(state.closed, () => state.result))) state.certified++
    return notice.at()
  }
  return { state, look }
}

test('a result is certified once there is a certification of it and of the closed log', async () => {
  const { state, look } = watched()
  assert.equal(await look(), undefined)
  state.bytes = certification()
  state.closed = undefined
  assert.equal(await look(), undefined)
  state.closed = TREE
  state.result = undefined
  assert.equal(await look(), undefined)
  state.result = RESULT
  assert.equal(await look(), AT)
  assert.equal(await look(), AT)
  assert.deepEqual([state.certified, state.told], [1, []])
})

test('a result other than the certified one is not shown as certified', async () => {
  const { state, look } = watched()
  state.bytes = certification({ resultSha256: 'cd'.repeat(32) })
  for (let i = 0; i < 3; i++) assert.equal(await look(), undefined)
  assert.equal(state.told.length, 1, 'reported once')
  assert.match(state.told[0]!, /another result than the one shown here/)
  // The count was behind.
  state.result = 'cd'.repeat(32)
  assert.equal(await look(), AT)
})

test('a certification of another log is refused, once, and a valid replacement is accepted', async () => {
  const { state, look } = watched()
  state.bytes = certification({ tree: { ...TREE, size: 4 } })
  for (let i = 0; i < 3; i++) assert.equal(await look(), undefined)
  assert.deepEqual(state.told, ['a certification of another checkpoint'])
  state.bytes = certification()
  assert.equal(await look(), AT)
})
