/**
 * Cast vote records of a closed election: they fit the published schema (if it is in the folder
 * beside the repository), every id exists, they add up to the result, and they are in the order of
 * the leaf hashes.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, mock, test } from 'node:test'
import ajvDraft04 from 'ajv-draft-04'
import { openElectionFile, rollOf } from '../../test/server.ts'
import { sharedFile, withoutShared } from '../../test/shared.ts'
import { type VotedFolder, votedFolder } from '../../test/voted-folder.ts'
import { castVoteRecords } from './cast-vote-records.ts'
import { writeResult } from './export-result.ts'

const SCHEMA = 'standards/NIST_V0_cast_vote_records.json'
/** Some of 60 leaf hashes begin with the same byte, by which records are sorted first. */
const VOTES = Array.from({ length: 60 }, (_, i) => ['ada', 'grace', 'alan', 'ada', 'ada'][i % 5]!)
const CLOSES_AT = '2026-03-01T18:00:00Z'
let root: string
let folder: VotedFolder
/** Where temporary files are made during these tests. */
let temporary: string
const machineTemporary = process.env.TMPDIR

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

const pieces = () =>
  castVoteRecords(
    { dataDir: folder.dataDir, id: 'test-election', cluster: null },
    { generatedAtMs: Date.parse(CLOSES_AT), version: '0.1.0' },
  )
async function exported(): Promise<Report> {
  let text = ''
  for await (const piece of pieces()) text += piece
  return JSON.parse(text) as Report
}

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'cvr-'))
  temporary = join(root, 'temporary')
  mkdirSync(temporary)
  process.env.TMPDIR = temporary
  mock.timers.enable({ apis: ['Date'], now: Date.parse(CLOSES_AT) - 1_000 })
  const definition = openElectionFile({ closes_at: CLOSES_AT })
  folder = await votedFolder(join(root, 'election'), { definition, roll: rollOf(70) }, VOTES)
})
after(() => {
  mock.timers.reset()
  if (machineTemporary === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = machineTemporary
  rmSync(root, { recursive: true })
})

test('before the close is published the export is refused', async () => {
  const notClosed = { code: 'bad-input', message: /not closed yet: cast vote records need the close/ }
  await assert.rejects(exported(), notClosed)
  mock.timers.setTime(Date.parse(CLOSES_AT))
  await assert.rejects(exported(), notClosed)
  assert.deepEqual(readdirSync(temporary), [])
  await folder.close()
})

test('there is one record per ballot, in the order of leaf hashes, with the result’s votes', async () => {
  const { CVR } = await exported()
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
  assert.deepEqual((await exported()).CVR, CVR)
})

test('the records fit the schema of NIST SP 1500-103, and every id is defined once', {
  skip: withoutShared(SCHEMA),
}, async () => {
  const report = await exported()
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

test('a result is written as a complete file, replaces none, and leaves no temporary file', async () => {
  const out = join(root, 'cvr.json')
  await writeResult(out, pieces())
  const written = readFileSync(out, 'utf8')
  assert.equal((JSON.parse(written) as Report).CVR.length, VOTES.length)
  await assert.rejects(writeResult(out, pieces()), {
    ...{ code: 'bad-input', message: /exists: choose another --out/ },
  })
  assert.equal(readFileSync(out, 'utf8'), written)
  assert.deepEqual(readdirSync(temporary), [])
  assert.deepEqual(
    readdirSync(root).filter((name) => name.includes('cvr')),
    ['cvr.json'],
  )
})
