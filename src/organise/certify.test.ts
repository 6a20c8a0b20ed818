/**
 * Certifying a closed election: the signed document, which is final, its refusals, and the lot for
 * a tie.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, mock, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { HASHER, verifyEd25519 } from '../../test/log-keys.ts'
import { logKeyOf } from '../../test/receipts.ts'
import { openElectionFile, rollOf } from '../../test/server.ts'
import { type VotedFolder, votedFolder } from '../../test/voted-folder.ts'
import { databaseFile, electionDir, logDir, secretFile } from '../adapters/embedded/layout.ts'
import { openCertification } from '../core/log/certification.ts'
import type { Certification } from '../core/log/certification-form.ts'
import { NO_LOTS } from '../core/tally/contest-outcome.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import { claimsOf, parseNote } from '../core/tlog/note.ts'
import { formatVerifierKey } from '../core/tlog/note-key.ts'
import { type Certified, type CertifyAsked, certifyElection } from './certify.ts'
import { resultPieces } from './export-result.ts'
import type { Progress } from './progress.ts'
import { recountShown } from './shown-recount.ts'

const ID = 'test-election'
const VOTES = 24
const HOUR_MS = 3_600_000
const CLOSES_AT = '2026-03-01T18:00:00Z'
const CLOSES_AT_MS = Date.parse(CLOSES_AT)

let root: string
let folder: VotedFolder

before(async () => {
  mock.timers.enable({ apis: ['Date'], now: CLOSES_AT_MS - HOUR_MS })
  root = mkdtempSync(join(tmpdir(), 'certify-'))
  const definition = openElectionFile({
    title: 'Rada Miasta Łodzi · Δήμος · Город',
    closes_at: CLOSES_AT,
  })
  const options = ['ada', 'grace', 'alan']
  const votes = Array.from({ length: VOTES }, (_, i) => options[i % 3]!)
  folder = await votedFolder(join(root, 'election'), { definition, roll: rollOf(60) }, votes)
})
after(() => {
  mock.timers.reset()
  rmSync(root, { recursive: true })
})

const silently: Progress = (_task, _signal, work) => work(() => {})

function certify(
  dataDir: string,
  changes: Partial<CertifyAsked> = {},
  progress = silently,
): Promise<Certified> {
  return certifyElection(
    {
      ...{ dataDir, id: ID, logAddress: null, language: undefined, lots: NO_LOTS },
      paper: 'a4',
      ...{ destroySecret: false, cluster: null, software: 'digital-elections 0.1.0', ...changes },
    },
    progress,
  )
}

/** @returns why nothing was certified, and the codes of the findings in the log */
async function refused(dataDir: string, changes: Partial<CertifyAsked> = {}) {
  const end = await certify(dataDir, changes)
  assert.ok(end.end === 'refused', `it was certified: ${end.end}`)
  return { why: end.why, findings: end.report.findings.map(({ code }) => code) }
}

const logFile = (dataDir: string, name: string) => join(logDir(electionDir(dataDir, ID)), name)
const documentOf = (dataDir: string) => readFileSync(logFile(dataDir, 'certification.json'))
const certificationOf = (dataDir: string) =>
  JSON.parse(documentOf(dataDir).toString()) as Certification & { readonly note: string }
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const resultIn = async (dataDir: string, format: 'json' | 'csv' | 'cdf') =>
  [...resultPieces(await recountShown(dataDir, ID), format, '0.1.0')].join('')

/** Copies the data folder. */
function copied(t: TestContext): string {
  const dir = mkdtempSync(join(root, 'copy-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(folder.dataDir, dir, { recursive: true })
  return dir
}

test('an election is not certified before its close is published, even after voting has ended', async () => {
  const notClosed = { code: 'bad-input', message: /is not closed yet/ }
  await assert.rejects(certify(folder.dataDir), notClosed)
  mock.timers.setTime(CLOSES_AT_MS)
  await assert.rejects(certify(folder.dataDir), notClosed)
  assert.ok(!existsSync(logFile(folder.dataDir, 'certification.json')))
  await folder.close()
})

test('the certification contains the count, and is signed with the log’s key', async () => {
  const { dataDir } = folder
  const logAddress = 'https://vote.example.org/log/'
  const done = await certify(dataDir, { logAddress })
  assert.ok(done.end === 'certified')
  const text = documentOf(dataDir).toString()
  assert.equal(sha256(text), done.sha256)

  // docs/protocol.md: the signed bytes are those before the last member, closed again.
  const { note, ...statement } = certificationOf(dataDir)
  assert.deepEqual(statement, done.certification)
  const signedText = `${text.slice(0, text.lastIndexOf(',"note":'))}}`
  assert.equal(signedText, JSON.stringify(statement))
  const key = logKeyOf(dataDir, ID)
  const signed = parseNote(note)
  assert.equal(signed.text, `${key.name}/certification\nSHA-256 ${sha256(signedText)}\n`)
  const [claim] = claimsOf(signed, [key])
  assert.ok(claim && verifyEd25519(key.publicKey, claim.message, claim.signature))

  const [contest] = statement.contests
  assert.equal(statement.result_sha256, sha256(await resultIn(dataDir, 'json')))
  assert.deepEqual(
    [statement.ballots, statement.keys_used, statement.keys_issued, statement.turnout],
    [VOTES, VOTES, 60, 0.4],
  )
  assert.deepEqual(contest?.options, [
    { id: 'ada', name: 'Ada Lovelace', votes: 8 },
    { id: 'grace', name: 'Grace Hopper', votes: 8 },
    { id: 'alan', name: 'Alan Turing', votes: 8 },
  ])
  const checkpoint = readFileSync(logFile(dataDir, 'checkpoint'), 'utf8')
  assert.deepEqual(statement.log, { key: formatVerifierKey(key), checkpoint })
  assert.ok(statement.checked.some(({ check, count }) => check === 'ballots' && count === VOTES))
  assert.equal(statement.checked.find(({ check }) => check === 'result')?.count, 1)
  const pdf = readFileSync(logFile(dataDir, 'certification.pdf'))
  assert.equal(pdf.toString('latin1', 0, 5), '%PDF-')
})

test('certifying again returns the first certification and changes nothing', async () => {
  const { dataDir } = folder
  mock.timers.setTime(CLOSES_AT_MS + HOUR_MS)
  const pdf = readFileSync(logFile(dataDir, 'certification.pdf'))
  const { note: _, ...first } = certificationOf(dataDir)
  const json = documentOf(dataDir)
  const verifies: Progress = () => assert.fail('it verified before it looked for the folder')
  await assert.rejects(certify(dataDir, { pdf: join(root, 'nowhere', 'copy.pdf') }, verifies), {
    ...{ code: 'bad-input', message: /copy\.pdf: its folder .*nowhere is missing/ },
  })
  const copy = join(root, 'copy.pdf')
  const again = await certify(dataDir, { pdf: copy })
  assert.ok(again.end === 'was-certified')
  assert.deepEqual(again.certification, first)
  assert.deepEqual(documentOf(dataDir), json)
  assert.deepEqual(readFileSync(logFile(dataDir, 'certification.pdf')), pdf)
  assert.equal(readFileSync(copy).toString('latin1', 0, 5), '%PDF-')
})

test('another result than the certified one is refused, and so is a changed certification', async (t) => {
  const changed = copied(t)
  const database = new DatabaseSync(databaseFile(electionDir(changed, ID)))
  database.exec(
    `DROP TRIGGER ballots_never_change; UPDATE ballots SET choices = '[[2]]' WHERE choices = '[[0]]'`,
  )
  database.close()
  const other = await refused(changed)
  assert.equal(other.why.end, 'not-verified')
  assert.ok(other.findings.includes('result-differs'), other.findings.join())

  const entries = copied(t)
  const bundle = logFile(entries, `tile/entries/000.p/${VOTES + 3}`)
  const text = readFileSync(bundle, 'latin1')
  writeFileSync(bundle, text.replace('"choices":[[0]]', '"choices":[[1]]'), 'latin1')
  rmSync(logFile(entries, 'certification.json'))
  const { findings } = await refused(entries)
  assert.ok(findings.includes('tile-differs'), findings.join())
  assert.ok(!existsSync(logFile(entries, 'certification.json')))

  const edited = copied(t)
  const file = logFile(edited, 'certification.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"votes":8', '"votes":9'))
  assert.equal((await refused(edited)).why.end, 'existing-invalid')
})

test('a change of any character of the document is detected', async () => {
  const bytes = documentOf(folder.dataDir)
  const vkey = formatVerifierKey(logKeyOf(folder.dataDir, ID))
  const open = (changed: Uint8Array) => openCertification(HASHER.sha256, verifyEd25519, vkey, changed)
  assert.equal((await open(bytes)).election, ID)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(bytes)
      changed[at]! ^= flip
      await assert.rejects(open(changed), Malformed)
    }),
    { numRuns: 500 },
  )
  const { note, ...statement } = certificationOf(folder.dataDir)
  await assert.rejects(open(Buffer.from(`${JSON.stringify({ note, ...statement })}\n`)), Malformed)
  await assert.rejects(open(Buffer.from(`${JSON.stringify({ ...statement, note }, null, 1)}\n`)), Malformed)
})

test('equal votes are certified as a tie, and one lot is recorded for a tied option', async (t) => {
  const { dataDir } = folder
  const before = documentOf(dataDir)
  const [contest] = certificationOf(dataDir).contests
  assert.deepEqual(contest!.outcome, {
    ...{ result: 'tied', elected: [], tied: ['ada', 'grace', 'alan'], tied_seats: 1, vacant: 0, lot: [] },
  })
  const lot = (...options: readonly string[]) => ({ lots: new Map([[contest!.id, options]]) })
  for (const [changes, message] of [
    [lot('nobody'), /--lot: contest ".*": there is no option "nobody"/],
    [{ lots: new Map([['nowhere', ['ada']]]) }, /--lot: there is no contest "nowhere"/],
    [lot('ada', 'alan'), /the lot chooses 2 of the tied for 1 of the seats/],
  ] as const)
    await assert.rejects(certify(dataDir, changes), { code: 'bad-input', message })
  assert.deepEqual(documentOf(dataDir), before)

  const drawn = await certify(dataDir, lot('alan'))
  assert.ok(drawn.end === 'certified')
  assert.match(drawn.said[0]!.sentences.join(' '), /Alan Turing is elected by lot after a tie/)
  assert.deepEqual(certificationOf(dataDir).contests[0]!.outcome, {
    ...{ result: 'elected', elected: ['alan'], tied: [], tied_seats: 0, vacant: 0, lot: ['alan'] },
  })
  // The recount uses the lot, in tables and in reports.
  assert.match(await resultIn(dataDir, 'csv'), /,alan,Alan Turing,8,33\.33%,elected by lot\r\n/)
  assert.match(await resultIn(dataDir, 'cdf'), /Alan Turing is elected by lot after a tie/)

  const altered = copied(t)
  const document = logFile(altered, 'certification.json')
  writeFileSync(document, readFileSync(document, 'utf8').replace('"lot":["alan"]', '"lot":["ada"]'))
  const without = await recountShown(altered, ID)
  assert.equal(without.lots.size, 0)
  assert.notEqual(without.certificationIgnored, null)
  assert.doesNotMatch(await resultIn(altered, 'csv'), /by lot/)

  const recorded = documentOf(dataDir)
  for (const changes of [{}, lot('alan')])
    assert.equal((await certify(dataDir, changes)).end, 'was-certified')
  const { why } = await refused(dataDir, lot('ada'))
  assert.match(why.end === 'differs' ? why.why : why.end, /was decided by another lot/)
  assert.deepEqual(documentOf(dataDir), recorded)
})

test('the destruction of the secret leaves the result and its certification as they are', async () => {
  const { dataDir, dir } = folder
  const [document, result] = [documentOf(dataDir), await resultIn(dataDir, 'json')]
  assert.equal((await certify(dataDir)).end, 'was-certified')
  assert.ok(existsSync(secretFile(dir)), 'it is destroyed on request only')
  for (const secret of ['destroyed', 'was-destroyed'] as const) {
    const done = await certify(dataDir, { destroySecret: true })
    assert.ok(done.end === 'was-certified')
    assert.equal(done.secret, secret)
    assert.ok(!existsSync(secretFile(dir)))
    assert.equal(await resultIn(dataDir, 'json'), result)
    assert.deepEqual(documentOf(dataDir), document)
  }
})
