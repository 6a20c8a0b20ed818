/**
 * When a report shows a certification: if it was compared with a closed log and nothing is wrong
 * with either.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HASHER, testKey, verifyEd25519 } from '../../../test/log-keys.ts'
import { electionFrom } from '../election/definition.ts'
import { type CertificationFacts, certificationOf, formatCertification } from '../log/certification.ts'
import type { Certification } from '../log/certification-form.ts'
import { pluralityTally } from '../tally/plurality.ts'
import { resultOf } from '../tally/result.ts'
import { cosign } from '../tlog/cosignature.ts'
import type { Hash } from '../tlog/merkle.ts'
import { formatNote, parseNote } from '../tlog/note.ts'
import { COSIGNATURE, formatVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { signedCheckpoint } from '../tlog/signed-checkpoint.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import {
  type ClosedLog,
  certificateOfOpenLog,
  certificationReport,
  checkCertificate,
  openCertificate,
} from './certification.ts'
import { addedUp, type Found } from './found.ts'
import { checkReports } from './report.ts'
import { readCheckpoint } from './signature.ts'

const { sha256 } = HASHER
const LOG = testKey('log.example', new Uint8Array(32).fill(1))
const WITNESS = testKey('w.example', new Uint8Array(32).fill(2), COSIGNATURE)
const VKEY = formatVerifierKey(LOG.key)
const IDENTITY = { origin: 'log.example', verifierKey: VKEY, sign: LOG.sign }
const CLOSED_MS = Date.parse('2026-11-23T19:00:00Z')
const RESULT_SHA256 = 'ab'.repeat(32)

const ELECTION = electionFrom({
  ...{ id: 'council', title: 'Council', opens_at: '2026-11-23T07:00:00Z', closes_at: '2026-11-23T19:00:00Z' },
  results: 'live',
  contests: [
    { id: 'mayor', title: 'Mayor', options: ['ada', 'alan'].map((id) => ({ id, name: id.toUpperCase() })) },
  ],
})
const TALLY = pluralityTally(ELECTION)
for (const choices of ['[[0]]', '[[1]]', '[[]]']) TALLY.fold(0, choices as Parameters<typeof TALLY.fold>[1])

const CHECKPOINT = signedCheckpoint(sha256, IDENTITY, { size: 5, root: sha256(utf8Bytes('root')) as Hash })
const CLOSED: ClosedLog = {
  ...{
    election: ELECTION,
    tally: TALLY,
    keysIssued: 8,
    eligible: [8],
    signed: readCheckpoint(utf8Bytes(CHECKPOINT)),
  },
  close: {
    ...{ v: 1, entry: 'close', election: 'council', atMs: CLOSED_MS, ballots: 3, keysIssued: 8, keysUsed: 3 },
    ...{ resultSha256: RESULT_SHA256, totals: [[1, 1]] },
  },
}

function certified(
  checkpoint = CHECKPOINT,
  atMs = CLOSED_MS,
  facts: Partial<CertificationFacts> = {},
): Uint8Array {
  const certification = certificationOf({
    ...{ election: ELECTION, result: resultOf(ELECTION, TALLY), resultSha256: RESULT_SHA256, keysIssued: 8 },
    ...{ eligible: [8], lots: new Map() },
    ...{ atMs, software: 'digital-elections 0.1.0', log: { key: VKEY, checkpoint }, checked: [] },
    ...facts,
  })
  return utf8Bytes(formatCertification(sha256, IDENTITY, certification))
}

async function checked(bytes: Uint8Array | undefined, { key }: { key?: VerifierKey } = LOG) {
  const deps = { sha256, verify: verifyEd25519, mostBytes: 1e6, key }
  const { certificate, ...opened } = await openCertificate(bytes, deps)
  const parts: Found[] = [opened]
  const found = () => addedUp(parts)
  return {
    againstOpenLog: () => parts.push(certificateOfOpenLog(certificate)),
    againstClosedLog: async (log: ClosedLog) =>
      parts.push(await checkCertificate(certificate, log, verifyEd25519, CLOSED_MS + 86_400_000)),
    report: (isSound: boolean) =>
      certificationReport(certificate, isSound && found().checked.certification !== undefined),
    codes: () => found().findings.map(({ code }) => code),
    reports: () => checkReports(found(), found().checked),
  }
}

test('a certification that agrees with the log holds, also if dated at the moment of the close', async () => {
  const check = await checked(certified())
  await check.againstClosedLog(CLOSED)
  assert.deepEqual(check.codes(), [])
  assert.deepEqual(check.reports(), [{ check: 'certification', count: 1, passed: true }])
  assert.deepEqual(check.report(true), {
    ...{ holds: true, at: '2026-11-23T19:00:00.000Z', software: 'digital-elections 0.1.0' },
  })
})

test('a certification is not shown if the log has a finding, or if nothing was compared', async () => {
  const check = await checked(certified())
  assert.deepEqual(check.report(true), { holds: false })
  await check.againstClosedLog(CLOSED)
  assert.deepEqual(check.report(false), { holds: false })
})

test('a log without a certification has no finding for that', async () => {
  const check = await checked(undefined)
  check.againstOpenLog()
  await check.againstClosedLog(CLOSED)
  assert.deepEqual([check.codes(), check.reports(), check.report(true)], [[], [], null])
})

test('a certification is not read if the log’s key is not known', async () => {
  const check = await checked(certified(), {})
  await check.againstClosedLog(CLOSED)
  assert.deepEqual([check.codes(), check.report(true)], [[], { holds: false }])
})

test('a certification of an open log is a finding, whatever it states', async () => {
  const check = await checked(certified())
  check.againstOpenLog()
  assert.deepEqual([check.codes(), check.reports()[0]?.passed], [['certification-of-open-log'], false])
})

test('witnesses may cosign the checkpoint before or after it is certified', async () => {
  const note = parseNote(CHECKPOINT)
  const cosignature = cosign(note.text, WITNESS.key, 1_800_000_000, WITNESS.sign)
  const cosigned = formatNote({ ...note, signatures: [...note.signatures, cosignature] })
  for (const [inIt, ofTheLog] of [
    [cosigned, CHECKPOINT],
    [CHECKPOINT, cosigned],
  ] as const) {
    const check = await checked(certified(inIt))
    await check.againstClosedLog({ ...CLOSED, signed: readCheckpoint(utf8Bytes(ofTheLog)) })
    assert.deepEqual(check.codes(), [])
  }
})

test('each statement that differs from the log is a finding, with the value from the log', async () => {
  const check = await checked(certified(CHECKPOINT, CLOSED_MS - 1))
  await check.againstClosedLog({
    ...CLOSED,
    election: { ...ELECTION, title: 'Village' },
    keysIssued: 9,
    close: { ...CLOSED.close, resultSha256: 'cd'.repeat(32) },
  })
  assert.deepEqual(check.codes(), [
    ...['certification-result', 'certification-backdated', 'certification-names', 'certification-figures'],
  ])
})

test('nothing else is compared if the certification is for another election', async () => {
  const check = await checked(certified())
  await check.againstClosedLog({ ...CLOSED, keysIssued: 9, election: { ...ELECTION, id: 'village' } })
  assert.deepEqual(check.codes(), ['certification-of-other-election'])
})

test('a certification of version 1 is verified, without an outcome', async () => {
  const check = await checked(
    certified(CHECKPOINT, CLOSED_MS, { format: 'digital-elections/certification/v1' }),
  )
  await check.againstClosedLog(CLOSED)
  assert.deepEqual(check.codes(), [])
})

test('a lot may decide a tie among the tied options, and the report shows it', async () => {
  const check = await checked(certified(CHECKPOINT, CLOSED_MS, { lots: new Map([['mayor', ['alan']]]) }))
  await check.againstClosedLog(CLOSED)
  assert.deepEqual(check.codes(), [])
  assert.deepEqual(check.report(true), {
    ...{ holds: true, at: '2026-11-23T19:00:00.000Z', software: 'digital-elections 0.1.0' },
    lots: [{ contest: 'Mayor', elected: ['ALAN'] }],
  })
})

test('winners that the votes do not elect are a finding, even if they are signed', async () => {
  const honest = () =>
    certificationOf({
      ...{
        election: ELECTION,
        result: resultOf(ELECTION, TALLY),
        resultSha256: RESULT_SHA256,
        keysIssued: 8,
      },
      ...{ eligible: [8], lots: new Map(), atMs: CLOSED_MS, software: 'digital-elections 0.1.0' },
      ...{ log: { key: VKEY, checkpoint: CHECKPOINT }, checked: [] },
    })
  type Outcome = NonNullable<Certification['contests'][number]['outcome']>
  const lies: readonly Partial<Outcome>[] = [
    { result: 'elected', elected: ['ada'], tied: [], tied_seats: 0 },
    { result: 'elected', elected: ['ada'], tied: [], tied_seats: 0, lot: ['nobody'] },
    { result: 'elected', elected: ['alan'], tied: [], tied_seats: 0, lot: ['ada'] },
    { result: 'elected', elected: ['ada', 'alan'], tied: [], tied_seats: 0, lot: ['ada', 'alan'] },
    { tied: ['alan', 'ada'] },
    { vacant: 1 },
    { result: 'quorum-missed' },
  ]
  for (const lie of lies) {
    const { contests, ...rest } = honest()
    const [contest] = contests
    const changed = { ...rest, contests: [{ ...contest!, outcome: { ...contest!.outcome!, ...lie } }] }
    const inOrder = Object.fromEntries(Object.keys(honest()).map((key) => [key, changed[key as 'contests']]))
    const bytes = utf8Bytes(formatCertification(sha256, IDENTITY, inOrder as unknown as Certification))
    const check = await checked(bytes)
    await check.againstClosedLog(CLOSED)
    assert.deepEqual(check.codes(), ['certification-outcome'], JSON.stringify(lie))
  }
})
