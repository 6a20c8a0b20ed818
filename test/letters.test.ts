/**
 * `elections letters` on the command line: its exit codes and lines, and a large key file. What it
 * writes and refuses is tested in src/organise/letters/letters.test.ts.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { initElection, openElectionFile, rollOf, runCli } from './server.ts'

const BOOTH = 'https://vote.example.org/e/test-election'
const HEADER = 'personal_id,guid,district\n'
const keyOf = (id: string, number: number) =>
  `${id},8d4f3a52-0c1e-4b6f-9a77-${String(number).padStart(12, '0')},north\n`

function folder(t: TestContext, keys: string) {
  const dir = mkdtempSync(join(tmpdir(), 'elections-letters-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'keys.csv'), keys)
  writeFileSync(join(dir, 'election.json'), JSON.stringify(openElectionFile()))
  const letters = (out: string, ...args: string[]) =>
    runCli([
      ...['letters', '--keys', join(dir, 'keys.csv'), '--definition', join(dir, 'election.json')],
      ...['--url', BOOTH, '--out', join(dir, out), ...args],
    ])
  return { dir, letters }
}

test('the command prints the number of letters and every warning', async (t) => {
  const { dir, letters } = folder(t, `${HEADER}${keyOf('007', 1)}${keyOf('008', 2)}${keyOf('1E5', 3)}`)
  const run = await letters('letters.csv')
  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stdout, '')
  assert.match(run.stderr, /^.*letters\.csv: 3 letters; only you can read this file$/m)
  assert.match(run.stderr, /^2 ids begin with a zero: .* import the column as text$/m)
  assert.match(run.stderr, /^1 id reads like a number with an exponent: /m)
  const pdf = await letters('letters.pdf', '--format', 'pdf', '--title', 'Vote now')
  assert.equal(pdf.code, 0, pdf.stderr)
  assert.match(pdf.stderr, /letters\.pdf: 3 letters/)
  assert.equal(readFileSync(join(dir, 'letters.pdf')).toString('latin1', 0, 8), '%PDF-1.7')
})

test('options name the data folder, the roll, and the path below which the server runs', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-letters-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const { keysFile } = await initElection(dir, { definition: openElectionFile(), roll: rollOf(2) })
  const run = await runCli([
    ...['letters', '--keys', keysFile, '--data', join(dir, 'data'), '--roll', join(dir, 'voters.csv')],
    ...['--base', '/vote/', '--url', 'https://org.example/vote/e/test-election', '--format', 'html'],
    ...['--out', join(dir, 'letters.html')],
  ])
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /^2 of them have no postal address in the roll$/m)
  assert.doesNotMatch(run.stderr, /add them with --roll|name the data folder/)
})

test('bad input gives one line and exit code 2, and leaves no file', async (t) => {
  const { dir, letters } = folder(t, `${HEADER}${keyOf('P1', 1)}P2,not-a-guid,north\n`)
  const refused = async (line: RegExp, out: string, ...args: string[]) => {
    const run = await letters(out, ...args)
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, line)
  }
  await refused(/^elections: .*keys\.csv:3: guid is not a UUID\n$/, 'letters.csv')
  for (const url of [
    ...['vote.example.org/e/x', 'https://vote.example.org/', `${BOOTH}#k=`],
    ...['ftp://a/e/x', `${BOOTH}?a`],
  ])
    await refused(/'--url <url>'/, 'letters.csv', '--url', url)
  await refused(/^elections: .*keys\.csv: exists.*\n$/, 'keys.csv')
  assert.deepEqual(readdirSync(dir).sort(), ['election.json', 'keys.csv'])
})

test('100,000 keys give 100,000 letters', async (t) => {
  let keys = HEADER
  for (let i = 0; i < 100_000; i++) keys += keyOf(`P${i}`, i)
  const { dir, letters } = folder(t, keys)
  const startMs = performance.now()
  assert.equal((await letters('letters.csv')).code, 0)
  t.diagnostic(`${Math.round(performance.now() - startMs)} ms`)
  const text = readFileSync(join(dir, 'letters.csv'), 'utf8')
  assert.equal(text.split('\r\n').length, 100_002)
})
