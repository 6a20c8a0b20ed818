/**
 * `elections certify` on the command line and beside a running server: exit codes, printed lines,
 * what the server serves then, and the destruction of the secret. What is certified and what is
 * refused is tested in src/organise/certify.test.ts.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Certification } from '../src/core/log/certification-form.ts'
import type { PublicLogState } from '../src/core/status/public-log-state.ts'
import type { VerifyReport } from '../src/core/verify/report.ts'
import { putForward } from './moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from './server.ts'

const ID = 'test-election'
const VOTES = 24
let server: TestServer
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

test('before the close is published the command ends with exit code 2, and nothing is served', async () => {
  assert.ok(Date.now() < closesAtMs, 'this machine is too slow for the test')
  const { code, stderr } = await certify(server.dataDir)
  assert.equal(code, 2, stderr)
  assert.match(stderr, /is not closed yet/)
  assert.equal((await fetch(`${server.url}/log/certification.json`)).status, 404)
  clock.to(closesAtMs)
  await until(async () => (await logState())?.closed === true, 'the log is closed')
})

test('a running server serves the certification and its time, and a verifier reports it', async () => {
  const { code, stdout, stderr } = await certify(server.dataDir, '--json', '--url', `${server.url}/log/`)
  assert.equal(code, 0, stderr)
  const told = JSON.parse(stdout) as { sha256: string; again: boolean }
  const answer = await fetch(`${server.url}/log/certification.json`)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const text = await answer.text()
  assert.deepEqual([sha256(text), false], [told.sha256, told.again])
  const certification = JSON.parse(text) as Certification
  const results = await (await fetch(`${server.url}/results.json`)).text()
  assert.equal(certification.result_sha256, sha256(results))
  const checkpoint = await (await fetch(`${server.url}/log/checkpoint`)).text()
  assert.equal(certification.log.checkpoint, checkpoint)
  const pdf = await fetch(`${server.url}/log/certification.pdf`)
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.equal(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 5), '%PDF-')
  const { at, software } = certification
  await until(async () => (await logState())?.certified_at === at, 'the server reports it')

  const state = join(server.dir, 'stranger.json')
  const verify = await runCli(['verify', server.url, '--state', state, '--json'], clock.env)
  assert.equal(verify.code, 0, verify.stdout + verify.stderr)
  const report = JSON.parse(verify.stdout) as VerifyReport
  assert.deepEqual(report.certification, { holds: true, at, software })
})

test('certifying again says when it was; a missing folder is named before any work', async () => {
  const nowhere = await certify(server.dataDir, '--pdf', join(server.dir, 'nowhere', 'copy.pdf'))
  assert.deepEqual([nowhere.code, nowhere.stdout], [2, ''])
  assert.match(nowhere.stderr, /copy\.pdf: its folder .*nowhere is missing/)
  assert.doesNotMatch(nowhere.stderr, /verifying/)
  const { code, stdout, stderr } = await certify(server.dataDir)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Already certified on .* unchanged since/)
})

test('a refused certification is exit code 1 with the reason; changed ballots stop the server', async (t) => {
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

test('a lot for a tie is printed by every command, and the running server shows it', async (t) => {
  const contest = (
    JSON.parse(readFileSync(logFile(server.dataDir, 'certification.json'), 'utf8')) as Certification
  ).contests[0]!.id
  const malformed = await certify(server.dataDir, '--lot', `${contest}=`)
  assert.equal(malformed.code, 2)
  assert.match(malformed.stderr, /is not CONTEST=OPTION/)
  const two = await certify(server.dataDir, '--lot', `${contest}=ada`, '--lot', `${contest}=alan`)
  assert.equal(two.code, 2)
  assert.match(two.stderr, /the lot chooses 2 of the tied for 1 of the seats/)

  const drawn = await certify(server.dataDir, '--lot', `${contest}=alan`)
  assert.equal(drawn.code, 0, drawn.stderr)
  assert.match(drawn.stdout, /^Certified: /)
  assert.match(drawn.stdout, /Alan Turing is elected by lot after a tie/)
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
  const other = await certify(server.dataDir, '--lot', `${contest}=ada`)
  assert.equal(other.code, 1)
  assert.match(other.stderr, /was decided by another lot/)
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
  const sound = await runCli(['doctor', '--data', server.dataDir], clock.env)
  assert.equal(sound.code, 0, sound.stdout + sound.stderr)
  assert.match(sound.stdout, /✓ the public log matches the ballots and the journal/)
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
