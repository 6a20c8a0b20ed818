/**
 * A cluster's election is certified on the engines by the command, shown by every gateway, and
 * verified by anyone.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { putForward } from '../moved-clock.ts'
import {
  type ClusterElection,
  type ClusterServer,
  castVote,
  type Product,
  product,
  results,
  until,
} from './cluster-server.ts'

const VOTES = 240
/** Long enough for any machine: the test ends voting. */
const CLOSES_AFTER_MS = 900_000
const closesAtMs = Date.now() + CLOSES_AFTER_MS
const clock = putForward()
const FAST = ['--publish-every', '0.2']

let on: Product
let election: ClusterElection
/** An election with equal votes for two options, and with a photo. */
let tied: ClusterElection
let gateways: ClusterServer[]
let publisher: ClusterServer
/** The data folder of another host: as `init` created it, and never published to. */
let elsewhere: string
let folder: string
let certified: { readonly sha256: string; readonly at: string }

const logAt = async ({ url }: ClusterServer) => (await results(url, election.id)).log
const at = ({ url }: ClusterServer, path: string) => fetch(`${url}/elections/${election.id}/log/${path}`)
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

const PHOTO = new URL('../../examples/river-county/photos/baptiste.webp', import.meta.url)
const TIED = ['ada', 'grace']

function tiedElection(): Promise<ClusterElection> {
  copyFileSync(PHOTO, join(on.dir, 'ada.webp'))
  const options = [
    { id: 'ada', name: 'Ada Lovelace', photo: { file: 'ada.webp' } },
    { id: 'grace', name: 'Grace Hopper' },
  ]
  return on.init(8, {
    closes_at: new Date(closesAtMs).toISOString(),
    results: 'after-close',
    contests: [{ id: 'mayor', title: 'Mayor', options }],
  })
}

before(async () => {
  on = await product(clock)
  election = await on.init(400, {
    closes_at: new Date(closesAtMs).toISOString(),
    results: 'after-close',
  })
  tied = await tiedElection()
  folder = logDir(electionDir(on.dataDir, election.id))
  elsewhere = join(on.dir, 'elsewhere')
  cpSync(on.dataDir, elsewhere, { recursive: true })
  const [one, two, results] = await Promise.all([
    on.serve('gateway'),
    on.serve('gateway'),
    on.serve('results', {}, ...FAST),
    on.serve('tally'),
  ])
  gateways = [one!, two!]
  publisher = results!
  for (const [i, key] of tied.take(4).entries())
    assert.equal((await castVote(gateways[i % 2]!.url, tied.id, key, TIED[i % 2]!)).status, 201)
})
after(() => on.end())

test('nothing is certified before the close', async () => {
  const early = await on.cli('certify', '--election', election.id)
  assert.equal(early.code, 2, early.stdout + early.stderr)
  assert.ok(!existsSync(join(folder, 'certification.json')))
  const run = await on.cliWithoutData(
    'simulate',
    ...['--cluster', '--election', election.id, '--keys', election.keysFile, '--limit', String(VOTES)],
    ...gateways.flatMap(({ url }) => ['--url', url]),
    ...['--double', '5%', '--wrong', '4%', '--retry', '5%', '--seed', '11', '--patience', '120', '--json'],
  )
  assert.equal(run.code, 0, run.stdout + run.stderr)
})

test('after the close the result is certified once, on a host with the whole log', async () => {
  clock.to(closesAtMs)
  for (const gateway of gateways)
    await until(`the close at ${gateway.url}`, async () => (await logAt(gateway))?.closed)

  const behind = await on.cliWithoutData('certify', '--cluster', '--data', elsewhere)
  assert.equal(behind.code, 2, behind.stdout + behind.stderr)
  assert.match(behind.stderr, new RegExp(`has 1 of the log’s ${VOTES + 3} entries.*role results`))

  const url = `${publisher.url}/elections/${election.id}/log/`
  const copy = join(on.dir, 'copy')
  cpSync(on.dataDir, copy, { recursive: true })
  const runs = await Promise.all(
    [on.dataDir, copy].map((data) =>
      on.cliWithoutData('certify', '--cluster', '--data', data, '--json', '--url', url),
    ),
  )
  const done = runs.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout))
  for (const { code, stderr } of runs)
    if (code !== 0)
      assert.match(stderr, /was certified by somebody else just now: run "elections certify" again/)
  assert.equal(done.filter(({ again }) => !again).length, 1, JSON.stringify(runs))
  certified = done[0]
  for (const { sha256 } of done) assert.equal(sha256, certified.sha256)
  await until('the certification where the log is published', () =>
    existsSync(join(folder, 'certification.json')),
  )
  const text = readFileSync(join(folder, 'certification.json'), 'utf8')
  assert.equal(sha256(text), certified.sha256)
  assert.equal(readFileSync(join(folder, 'certification.pdf'), 'latin1').slice(0, 5), '%PDF-')
  const document = JSON.parse(text)
  assert.deepEqual([document.election, document.ballots, document.keys_issued], [election.id, VOTES, 400])
  for (const { url } of gateways) {
    const result = await (await fetch(`${url}/elections/${election.id}/results.json`)).text()
    assert.equal(document.result_sha256, sha256(result))
  }
})

test('every gateway reports the certification, serves it and shows it', async () => {
  for (const server of [...gateways, publisher]) {
    await until(
      `the badge at ${server.url}`,
      async () => (await logAt(server))?.certified_at === certified.at,
    )
    assert.equal(sha256(await (await at(server, 'certification.json')).text()), certified.sha256)
    const pdf = await at(server, 'certification.pdf')
    assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  }
})

test('anyone can verify it, from either gateway', async () => {
  for (const [i, { url }] of gateways.entries()) {
    const state = join(on.dir, `verify-${i}.json`)
    const run = await on.cliWithoutData('verify', url, '--election', election.id, '--state', state)
    assert.equal(run.code, 0, run.stdout + run.stderr)
    assert.match(run.stdout, /^VERIFIED/m)
  }
})

test('a tie is decided by lot, which every gateway reports; photos are served by each', async () => {
  for (const { url } of gateways)
    await until(`the close at ${url}`, async () => (await results(url, tied.id)).log?.closed)
  const run = await on.cli('certify', '--election', tied.id, '--lot', 'mayor=grace')
  assert.equal(run.code, 0, run.stdout + run.stderr)
  assert.match(run.stdout, /Grace Hopper is elected by lot after a tie/)
  const photo = sha256(readFileSync(PHOTO))
  for (const { url } of gateways) {
    const at = `${url}/elections/${tied.id}`
    await until(`the lot at ${url}`, async () =>
      /,grace,Grace Hopper,2,50\.00%,elected by lot\r\n/.test(
        await (await fetch(`${at}/results.csv`)).text(),
      ),
    )
    const { contests } = (await (await fetch(at)).json()) as { contests: { options: object[] }[] }
    assert.match(JSON.stringify(contests[0]!.options[0]), new RegExp(photo))
    const served = await fetch(`${url}/e/${tied.id}/pictures/${photo}`)
    assert.equal(served.headers.get('content-type'), 'image/webp')
    assert.equal(sha256(Buffer.from(await served.arrayBuffer())), photo)
  }
})

test('certifying again reports that it is done, and another vote is not accepted', async () => {
  const again = await on.cli('certify', '--election', election.id, '--json')
  assert.equal(again.code, 0, again.stdout + again.stderr)
  assert.deepEqual(
    [JSON.parse(again.stdout).again, JSON.parse(again.stdout).sha256],
    [true, certified.sha256],
  )
  const [key] = election.take(400).slice(VOTES)
  assert.equal((await castVote(gateways[0]!.url, election.id, key!, 'ada')).status, 403)
})

test('the next publisher has the certification too', async () => {
  await publisher.kill()
  const next = await on.serve('results', {}, '--data', elsewhere, ...FAST)
  const nextFolder = logDir(electionDir(elsewhere, election.id))
  await until('the certification there', () => existsSync(join(nextFolder, 'certification.json')))
  for (const name of ['certification.json', 'certification.pdf'])
    assert.deepEqual(readFileSync(join(nextFolder, name)), readFileSync(join(folder, name)))
  for (const server of [next, ...gateways])
    await until(
      `the badge at ${server.url}`,
      async () => (await logAt(server))?.certified_at === certified.at,
    )
})
