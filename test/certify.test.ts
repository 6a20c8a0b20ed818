/**
 * Certifying a closed election: the signed document, which is final, its refusals, and the
 * destruction of the secret.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { openCertification } from '../src/core/log/certification.ts'
import type { Certification } from '../src/core/log/certification-form.ts'
import type { PublicLogState } from '../src/core/status/public-log-state.ts'
import { Malformed } from '../src/core/tlog/malformed.ts'
import { claimsOf, parseNote } from '../src/core/tlog/note.ts'
import { formatVerifierKey } from '../src/core/tlog/note-key.ts'
import type { VerifyReport } from '../src/core/verify/report.ts'
import { HASHER, verifyEd25519 } from './log-keys.ts'
import { putForward } from './moved-clock.ts'
import { logKeyOf } from './receipts.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from './server.ts'

const ID = 'test-election'
const VOTES = 24
let server: TestServer
let vkey: string
/** The clock with which a test ends voting. */
const closesAtMs = Date.now() + 300_000
const clock = putForward()

const logFile = (dataDir: string, name: string) => join(dataDir, 'elections', ID, 'log', name)
const secretFile = (dataDir: string) => join(dataDir, 'elections', ID, 'keys', 'election-secret')
const certify = (dataDir: string, ...more: readonly string[]) =>
  runCli(['certify', '--data', dataDir, ...more], clock.env)
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

async function logState(): Promise<PublicLogState | null> {
  const body = (await (await fetch(`${server.url}/healthz`)).json()) as {
    elections: { log: PublicLogState | null }[]
  }
  return body.elections[0]!.log
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 60_000
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, what)
    await sleep(50)
  }
}

before(async () => {
  const definition = openElectionFile({
    title: 'Rada Miasta Łodzi · Δήμος · Город',
    closes_at: new Date(closesAtMs).toISOString(),
  })
  const args = ['--publish-every', '0.2']
  server = await startServer({ definition, roll: rollOf(60), args, env: clock.env })
  vkey = formatVerifierKey(logKeyOf(server.dataDir, ID))
  for (const [i, key] of server.keys.slice(0, VOTES).entries())
    assert.equal((await vote(server.url, key, ['ada', 'grace', 'alan'][i % 3]!)).status, 201)
})
after(() => server?.stop())

/** Copies the data folder. */
function copied(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'certify-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  cpSync(server.dataDir, dir, { recursive: true })
  return dir
}

test('an election is not certified before its close is published', async () => {
  assert.ok(Date.now() < closesAtMs, 'this machine is too slow for the test')
  const { code, stderr } = await certify(server.dataDir)
  assert.equal(code, 2, stderr)
  assert.match(stderr, /is not closed yet/)
  assert.equal((await fetch(`${server.url}/log/certification.json`)).status, 404)
  clock.to(closesAtMs)
  await until(async () => (await logState())?.closed === true, 'the log is closed')
})

test('the certification contains the count, is signed with the log’s key, and is served', async () => {
  const { code, stdout, stderr } = await certify(server.dataDir, '--json', '--url', `${server.url}/log/`)
  assert.equal(code, 0, stderr)
  const told = JSON.parse(stdout) as { sha256: string; again: boolean }
  const answer = await fetch(`${server.url}/log/certification.json`)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const text = await answer.text()
  assert.deepEqual([sha256(text), false], [told.sha256, told.again])

  // docs/protocol.md: the signed bytes are those before the last member, closed again.
  const { note, ...statement } = JSON.parse(text) as Certification & { note: string }
  const signedText = `${text.slice(0, text.lastIndexOf(',"note":'))}}`
  assert.equal(signedText, JSON.stringify(statement))
  const key = logKeyOf(server.dataDir, ID)
  const signed = parseNote(note)
  assert.equal(signed.text, `${key.name}/certification\nSHA-256 ${sha256(signedText)}\n`)
  const [claim] = claimsOf(signed, [key])
  assert.ok(claim && verifyEd25519(key.publicKey, claim.message, claim.signature))

  const results = await (await fetch(`${server.url}/results.json`)).text()
  const [contest] = statement.contests
  assert.equal(statement.result_sha256, sha256(results))
  assert.deepEqual(
    [statement.ballots, statement.keys_used, statement.keys_issued, statement.turnout],
    [VOTES, VOTES, 60, 0.4],
  )
  assert.deepEqual(contest?.options, [
    { id: 'ada', name: 'Ada Lovelace', votes: 8 },
    { id: 'grace', name: 'Grace Hopper', votes: 8 },
    { id: 'alan', name: 'Alan Turing', votes: 8 },
  ])
  const checkpoint = await (await fetch(`${server.url}/log/checkpoint`)).text()
  assert.deepEqual(statement.log, { key: vkey, checkpoint })
  assert.ok(statement.checked.some(({ check, count }) => check === 'ballots' && count === VOTES))
  assert.equal(statement.checked.find(({ check }) => check === 'result')?.count, 1)

  const pdf = await fetch(`${server.url}/log/certification.pdf`)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.equal(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 5), '%PDF-')
  await until(async () => (await logState())?.certified_at === statement.at, 'the server reports it')
})

test('a verifier of the served log reports that it is certified, when and with which key', async () => {
  const { at, software } = JSON.parse(
    readFileSync(logFile(server.dataDir, 'certification.json'), 'utf8'),
  ) as Certification
  const state = join(server.dir, 'stranger.json')
  const { code, stdout, stderr } = await runCli(['verify', server.url, '--state', state, '--json'], clock.env)
  assert.equal(code, 0, stdout + stderr)
  const report = JSON.parse(stdout) as VerifyReport
  assert.deepEqual(report.certification, { holds: true, at, software })
})

test('certifying again reports the first certification and changes nothing', async () => {
  const [json, pdf] = ['certification.json', 'certification.pdf'].map((name) =>
    readFileSync(logFile(server.dataDir, name)),
  )
  const nowhere = await certify(server.dataDir, '--pdf', join(server.dir, 'nowhere', 'copy.pdf'))
  assert.deepEqual([nowhere.code, nowhere.stdout], [2, ''])
  assert.match(nowhere.stderr, /copy\.pdf: its folder .*nowhere is missing/)
  assert.doesNotMatch(nowhere.stderr, /verifying/)
  const copy = join(server.dir, 'copy.pdf')
  const { code, stdout, stderr } = await certify(server.dataDir, '--pdf', copy)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Already certified on .* unchanged since/)
  assert.deepEqual(readFileSync(logFile(server.dataDir, 'certification.json')), json)
  assert.deepEqual(readFileSync(logFile(server.dataDir, 'certification.pdf')), pdf)
  assert.equal(readFileSync(copy).toString('latin1', 0, 5), '%PDF-')
})

test('a result unlike the certified one and another election’s certification are refused', async (t) => {
  await server.terminate()
  const refused = async (dir: string, words: RegExp) => {
    const { code, stdout, stderr } = await certify(dir)
    assert.equal(code, 1, stdout + stderr)
    assert.match(stdout + stderr, words)
  }
  const changed = copied(t)
  const database = new DatabaseSync(join(changed, 'elections', ID, 'election.db'))
  database.exec(
    `DROP TRIGGER ballots_never_change; UPDATE ballots SET choices = '[[2]]' WHERE choices = '[[0]]'`,
  )
  database.close()
  await refused(changed, /result-differs[\s\S]*not certified/)
  const serve = await runCli(['serve', '--data', changed, '--port', '0'], clock.env)
  assert.equal(serve.code, 3, serve.stderr)
  assert.match(serve.stderr, /give another result than the close of its public log says/)

  const entries = copied(t)
  const bundle = logFile(entries, `tile/entries/000.p/${VOTES + 3}`)
  writeFileSync(
    bundle,
    readFileSync(bundle, 'latin1').replace('"choices":[[0]]', '"choices":[[1]]'),
    'latin1',
  )
  rmSync(logFile(entries, 'certification.json'))
  await refused(entries, /tile-differs/)
  assert.ok(!existsSync(logFile(entries, 'certification.json')))

  const edited = copied(t)
  const file = logFile(edited, 'certification.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"votes":8', '"votes":9'))
  await refused(edited, /not signed by this log’s key/)
  const verify = await runCli(['verify', edited, '--state', join(edited, 'state.json')], clock.env)
  assert.equal(verify.code, 1)
  assert.match(
    verify.stdout,
    /is invalid and was ignored[\s\S]*✗ certification-signature: .*\(certification\.json\)/,
  )
  await server.restart()
})

test('a change of any character of the document is detected', async () => {
  const bytes = readFileSync(logFile(server.dataDir, 'certification.json'))
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
  const { note, ...statement } = JSON.parse(bytes.toString()) as Certification & { note: string }
  await assert.rejects(open(Buffer.from(`${JSON.stringify({ note, ...statement })}\n`)), Malformed)
  await assert.rejects(open(Buffer.from(`${JSON.stringify({ ...statement, note }, null, 1)}\n`)), Malformed)
})

test('equal votes are certified as a tie, and one lot is recorded for a tied option', async (t) => {
  const file = logFile(server.dataDir, 'certification.json')
  const before = readFileSync(file)
  const outcomeIn = () => (JSON.parse(readFileSync(file, 'utf8')) as Certification).contests[0]!.outcome
  assert.deepEqual(outcomeIn(), {
    ...{ result: 'tied', elected: [], tied: ['ada', 'grace', 'alan'], tied_seats: 1, vacant: 0, lot: [] },
  })
  const contest = (JSON.parse(before.toString()) as Certification).contests[0]!.id
  for (const [lot, words] of [
    [`${contest}=nobody`, /--lot: contest ".*": there is no option "nobody"/],
    ['nowhere=ada', /--lot: there is no contest "nowhere"/],
    [`${contest}=`, /is not CONTEST=OPTION/],
  ] as const) {
    const { code, stderr } = await certify(server.dataDir, '--lot', lot)
    assert.equal(code, 2, stderr)
    assert.match(stderr, words)
  }
  const two = await certify(server.dataDir, '--lot', `${contest}=ada`, '--lot', `${contest}=alan`)
  assert.equal(two.code, 2)
  assert.match(two.stderr, /the lot chooses 2 of the tied for 1 of the seats/)
  assert.deepEqual(readFileSync(file), before)

  const drawn = await certify(server.dataDir, '--lot', `${contest}=alan`)
  assert.equal(drawn.code, 0, drawn.stderr)
  assert.match(drawn.stdout, /^Certified: /)
  assert.match(drawn.stdout, /Alan Turing is elected by lot after a tie/)
  assert.deepEqual(outcomeIn(), {
    ...{ result: 'elected', elected: ['alan'], tied: [], tied_seats: 0, vacant: 0, lot: ['alan'] },
  })
  const recorded = readFileSync(file)
  // The recount and the running server use the lot, in words and in files.
  const tally = await runCli(['tally', '--data', server.dataDir], clock.env)
  assert.match(tally.stdout, /Alan Turing is elected by lot after a tie/)
  const spanish = await runCli(['tally', '--data', server.dataDir, '--language', 'es'], clock.env)
  assert.match(spanish.stdout, /24 papeletas[\s\S]*por sorteo tras un empate: Alan Turing/)
  const csv = await runCli(['export', '--data', server.dataDir, '--format', 'csv'], clock.env)
  assert.match(csv.stdout, /,alan,Alan Turing,8,33\.33%,elected by lot\r\n/)
  await until(async () => (await logState())?.lots !== undefined, 'the server has noticed the lot')
  const served = await (await fetch(`${server.url}/results.csv`)).text()
  // `text()` removes the byte order mark.
  assert.equal(served, csv.stdout.slice(1))
  const report = (await (await fetch(`${server.url}/results.cdf.json`)).json()) as { Notes: string }
  assert.match(report.Notes, /Alan Turing is elected by lot after a tie/)
  const altered = copied(t)
  const document = logFile(altered, 'certification.json')
  writeFileSync(document, readFileSync(document, 'utf8').replace('"lot":["alan"]', '"lot":["ada"]'))
  const without = await runCli(['tally', '--data', altered], clock.env)
  assert.match(without.stdout, /The tie is not decided/)
  assert.match(without.stderr, /the log’s certification is ignored/)
  for (const more of [[], ['--lot', `${contest}=alan`]])
    assert.match((await certify(server.dataDir, ...more)).stdout, /^Already certified on/)
  const other = await certify(server.dataDir, '--lot', `${contest}=ada`)
  assert.equal(other.code, 1)
  assert.match(other.stderr, /was decided by another lot/)
  assert.deepEqual(readFileSync(file), recorded)
  const verify = await runCli(['verify', server.dataDir, '--state', join(server.dir, 'lot-state.json')])
  assert.equal(verify.code, 0, verify.stdout + verify.stderr)
  assert.match(verify.stdout, /by lot/)
})

test('the secret is destroyed only on confirmation and while no server runs', async () => {
  for (const [more, words] of [
    [['--destroy-secret'], /cannot be undone: to do it, add --confirm test-election/],
    [['--destroy-secret', '--confirm', 'another'], /cannot be undone/],
    [['--confirm', ID], /has an effect only with/],
    [['--destroy-secret', '--confirm', ID], /is in use by another server/],
  ] as const) {
    const { code, stderr } = await certify(server.dataDir, ...more)
    assert.equal(code, 2, stderr)
    assert.match(stderr, words)
    assert.ok(existsSync(secretFile(server.dataDir)))
  }
})

test('without the secret results are served, verified and certified, but voting is impossible', async () => {
  const results = await (await fetch(`${server.url}/results.json`)).text()
  const before = readFileSync(logFile(server.dataDir, 'certification.json'))
  await server.terminate()
  const end = await certify(server.dataDir, '--destroy-secret', '--confirm', ID)
  assert.equal(end.code, 0, end.stderr)
  assert.match(end.stdout, /The election secret is destroyed/)
  assert.ok(!existsSync(secretFile(server.dataDir)))

  await server.restart()
  assert.equal(await (await fetch(`${server.url}/results.json`)).text(), results)
  const health = (await (await fetch(`${server.url}/healthz`)).json()) as {
    status: string
    elections: { invariant: { keys_used: number; holds: boolean } }[]
  }
  assert.equal(health.status, 'ok')
  assert.equal(health.elections[0]!.invariant.keys_used, VOTES)
  for (const key of [server.keys[0]!, server.keys[50]!]) {
    const answer = await vote(server.url, key, 'ada')
    assert.equal(((await answer.json()) as { code: string }).code, 'polls-closed')
  }
  await until(async () => (await logState())?.certified_at !== undefined, 'it is certified still')
  await server.terminate()
  for (const args of [['doctor'], ['tally'], ['certify']]) {
    const { code, stdout, stderr } = await runCli([...args, '--data', server.dataDir], clock.env)
    assert.equal(code, 0, stdout + stderr)
    if (args[0] === 'doctor') assert.match(stdout, /✓ the public log matches the ballots and the journal/)
  }
  const verify = await runCli(
    ['verify', server.dataDir, '--state', join(server.dir, 'state.json')],
    clock.env,
  )
  assert.equal(verify.code, 0, verify.stdout + verify.stderr)
  const { at, software } = JSON.parse(before.toString()) as Certification
  assert.ok(verify.stdout.includes(`certified at ${at} by ${software}`), verify.stdout)
  assert.deepEqual(readFileSync(logFile(server.dataDir, 'certification.json')), before)

  const database = new DatabaseSync(join(server.dataDir, 'elections', ID, 'election.db'))
  database.exec(
    `INSERT INTO ballots SELECT seq + ${VOTES}, tag, district, choices, nonce, NULL FROM ballots LIMIT 1`,
  )
  database.close()
  const doctor = await runCli(['doctor', '--data', server.dataDir], clock.env)
  assert.equal(doctor.code, 1)
  assert.match(doctor.stdout, /25 ballots have 24 different tags/)
})
