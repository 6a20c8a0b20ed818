/**
 * Cast vote records of a closed election: they fit the published schema (if it is in the folder
 * beside the repository), every id exists, they add up to the result, and they are in the order of
 * the leaf hashes.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import ajvDraft04 from 'ajv-draft-04'
import { movedClock } from './moved-clock.ts'
import { openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from './server.ts'
import { sharedFile, withoutShared } from './shared.ts'

const SCHEMA = 'standards/NIST_V0_cast_vote_records.json'
const VOTES = ['ada', 'grace', 'alan', 'ada', 'ada', 'grace', 'alan', 'ada', 'grace', 'ada', 'alan', 'ada']
let server: TestServer
let openRefusal: Awaited<ReturnType<typeof runCli>>

interface Record_ {
  readonly UniqueId: string
  readonly CVRSnapshot: readonly {
    readonly CVRContest: readonly {
      readonly ContestId: string
      readonly CVRContestSelection: readonly { readonly ContestSelectionId: string }[]
    }[]
  }[]
}
interface Report {
  readonly CVR: readonly Record_[]
}

const exported = (...more: readonly string[]) =>
  runCli(['export', '--data', server.dataDir, '--format', 'cvr', ...more])

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cvr-clock-'))
  const clock = join(folder, 'clock')
  after(() => rmSync(folder, { recursive: true, force: true }))
  const definition = openElectionFile()
  server = await startServer({ definition, roll: rollOf(30), env: movedClock(clock) })
  for (const [i, key] of server.keys.slice(0, VOTES.length).entries())
    assert.equal((await vote(server.url, key, VOTES[i]!)).status, 201)
  openRefusal = await exported()
  writeFileSync(clock, String(Date.parse(definition.closes_at)))
  const endMs = performance.now() + 90_000
  for (;;) {
    const { log } = (await (await fetch(`${server.url}/results`)).json()) as {
      log: { closed: boolean } | null
    }
    if (log?.closed) return
    assert.ok(performance.now() < endMs, 'the log is closed')
    await sleep(100)
  }
})
after(() => server?.stop())

test('before the close the export is refused', () => {
  assert.equal(openRefusal.code, 2, openRefusal.stderr)
  assert.match(openRefusal.stderr, /not closed yet: cast vote records are for after the close/)
})

test('there is one record per ballot, in the order of leaf hashes, with the result’s votes', async () => {
  const { code, stdout, stderr } = await exported()
  assert.equal(code, 0, stderr)
  const { CVR } = JSON.parse(stdout) as Report
  assert.equal(CVR.length, VOTES.length)
  const hashes = CVR.map(({ UniqueId }) => Buffer.from(UniqueId, 'base64url').toString('hex'))
  assert.deepEqual(hashes, hashes.toSorted())
  const counts = new Map<string, number>()
  for (const { CVRSnapshot } of CVR)
    for (const { CVRContestSelection } of CVRSnapshot[0]!.CVRContest)
      for (const { ContestSelectionId } of CVRContestSelection)
        counts.set(ContestSelectionId, (counts.get(ContestSelectionId) ?? 0) + 1)
  for (const option of ['ada', 'grace', 'alan'])
    assert.equal(counts.get(`selection.mayor.${option}`), VOTES.filter((each) => each === option).length)
  const again = JSON.parse((await exported()).stdout) as Report
  assert.deepEqual(again.CVR, CVR)
})

test('the records fit the schema of NIST SP 1500-103, and every id is defined once', {
  skip: withoutShared(SCHEMA),
}, async () => {
  const report = JSON.parse((await exported()).stdout) as object
  const Ajv = ((ajvDraft04 as unknown as { default?: unknown }).default ?? ajvDraft04) as new (
    options: object,
  ) => import('ajv-draft-04').default
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(sharedFile(SCHEMA), 'utf8')),
  )
  assert.ok(validate(report), JSON.stringify(validate.errors?.slice(0, 3)))
  const [ids, named] = [new Map<string, number>(), new Set<string>()]
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key === '@id') ids.set(inner as string, (ids.get(inner as string) ?? 0) + 1)
      if (/(?:Id|UnitId)$/.test(key) && !['UniqueId', 'BallotStyleId'].includes(key))
        named.add(inner as string)
      if (/Ids$/.test(key)) for (const id of inner as string[]) named.add(id)
      walk(inner)
    }
  }
  walk(report)
  for (const [id, times] of ids) assert.equal(times, 1, id)
  for (const id of named) assert.ok(ids.has(id), id)
})

test('export writes a complete file, overwrites none and leaves no temporary file', async () => {
  const out = join(server.dir, 'cvr.json')
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('elections-cvr-'))
  const before = left()
  assert.equal((await exported('--out', out)).code, 0)
  assert.equal((JSON.parse(readFileSync(out, 'utf8')) as Report).CVR.length, VOTES.length)
  const again = await exported('--out', out)
  assert.equal(again.code, 2)
  assert.match(again.stderr, /exists: choose another --out/)
  assert.deepEqual(left(), before)
})
