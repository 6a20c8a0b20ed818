/**
 * The public log of a cluster in a bucket, on the real engines and a real S3 server: gateways
 * without files, a store that throttles, and a publisher whose checkpoint arrives long after
 * another has published.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { withoutGo } from '../go-tools.ts'
import { putForward } from '../moved-clock.ts'
import { KEY_ID, type S3Proxy, type S3Server, SECRET, s3Proxy, s3Server } from '../s3-server.ts'
import { runCli } from '../server.ts'
import {
  assertBooks,
  type ClusterElection,
  type ClusterServer,
  castVote,
  type Product,
  product,
  results,
  until,
} from './cluster-server.ts'

const skip = withoutGo()
const BUCKET = 'public-logs'
const VOTERS = 40
const clock = putForward()
const closesAtMs = Date.now() + 3_600_000

let on: Product
let store: S3Server
let proxy: S3Proxy
let election: ClusterElection
let gateway: ClusterServer
let publisher: ClusterServer
let voted = 0

const env = () => ({
  ELECTIONS_LOG_STORE: `s3://${BUCKET}/vote?endpoint=${proxy.endpoint}`,
  ELECTIONS_LOG_STORE_KEY: `${KEY_ID}:${SECRET}`,
})
const serve = (role: 'gateway' | 'results' | 'tally', ...more: string[]) => on.serve(role, env(), ...more)
const certify = (...more: string[]) =>
  runCli(['certify', '--cluster', '--election', election.id, '--json', ...more], { ...on.env, ...env() })
const isCheckpoint = (key: string) => key.endsWith('/log/checkpoint')

async function vote(count: number): Promise<string[]> {
  const trackers: string[] = []
  for (const key of election.take(count)) {
    const answer = await castVote(gateway.url, election.id, key, 'ada')
    assert.equal(answer.status, 201)
    trackers.push(((await answer.json()) as { tracker: string }).tracker)
    voted++
  }
  return trackers
}

/** The number of leaves of the public checkpoint, read from the bucket itself. */
async function published(): Promise<number> {
  const answer = await fetch(`${store.endpoint}/${BUCKET}/vote/elections/${election.id}/log/checkpoint`)
  return answer.ok ? Number((await answer.text()).split('\n')[1]) : 0
}
const isPublished = () => until(`${voted} ballots`, async () => (await published()) === voted + 1)

before(async () => {
  if (skip !== false) return
  ;[on, store] = await Promise.all([product(clock), s3Server()])
  proxy = await s3Proxy(store)
  store.makeBucket(BUCKET)
  await store.publish(BUCKET)
  election = await on.init(VOTERS, { closes_at: new Date(closesAtMs).toISOString() })
  ;[gateway, publisher] = await Promise.all([serve('gateway'), serve('results'), serve('tally')])
})
after(async () => {
  await on?.end()
  await proxy?.stop()
  await store?.stop()
})

test('ballots are in the bucket; a gateway shows the log and proves from it, and it verifies', {
  skip,
}, async () => {
  const trackers = await vote(5)
  await isPublished()
  const log = `${gateway.url}/elections/${election.id}/log`
  await until(
    'the gateway',
    async () => (await (await fetch(`${log}/checkpoint`)).text()).split('\n')[1] === '6',
  )
  assert.equal((await fetch(`${log}/proof/${trackers[0]}`)).status, 200)
  for (const address of [`${log}/`, `${store.endpoint}/${BUCKET}/vote/elections/${election.id}/log/`]) {
    const verified = await on.cliWithoutData('verify', address)
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  }
})

test('with a separate address, files are there and proofs are at the gateway', { skip }, async () => {
  const [tracker] = await vote(1)
  await isPublished()
  const other = await serve('gateway', '--log-url', `${store.endpoint}/${BUCKET}/vote`)
  const log = `${other.url}/elections/${election.id}/log`
  const sent = await fetch(`${log}/genesis.json`, { redirect: 'manual' })
  assert.equal(sent.status, 307)
  assert.equal((await fetch(sent.headers.get('location')!)).status, 200)
  assert.equal((await fetch(`${log}/proof/${tracker}`, { redirect: 'manual' })).status, 200)
  await other.stop()
})

test('while the store throttles, ballots are accepted and the log is late; then it has them', {
  skip,
}, async () => {
  proxy.decide = ({ method }) => (method === 'PUT' ? 'slow-down' : 'pass')
  const before = await published()
  await vote(4)
  await until(
    'a reported failure',
    async () => ((await results(gateway.url, election.id)).log?.failures ?? 0) > 0,
  )
  assert.equal(await published(), before)
  proxy.decide = () => 'pass'
  await isPublished()
})

test('a late checkpoint does not replace the one of the next publisher', { skip }, async () => {
  let held = 0
  proxy.decide = ({ method, key }) => {
    const isFirst = method === 'PUT' && isCheckpoint(key) && held++ === 0
    return isFirst ? 'held' : 'pass'
  }
  await vote(3)
  await until('the checkpoint on its way', () => held > 0)
  await publisher.kill()
  publisher = await serve('results')
  await isPublished()
  await vote(3)
  await isPublished()
  const size = await published()
  const seen = proxy.seen.length
  proxy.release()
  await vote(1)
  await isPublished()
  assert.equal(await published(), size + 1)
  const puts = proxy.seen.slice(seen).filter(({ method, key }) => method === 'PUT' && isCheckpoint(key))
  assert.ok(puts.every(({ conditional }) => conditional))
})

test('the log closes in the bucket and is recounted, and no key of the store is in an output', {
  skip,
}, async () => {
  clock.to(closesAtMs)
  await until('the close', async () => (await results(gateway.url, election.id)).log?.closed)
  await assertBooks(on, [gateway], election, voted)
  const verified = await on.cliWithoutData(
    ...['verify', `${store.endpoint}/${BUCKET}/vote/elections/${election.id}/log/`],
  )
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  for (const { stderr } of [gateway, publisher]) assert.ok(!stderr().includes(SECRET))
})

test('it is certified in the bucket, once, without a folder, and no key of the store is in an output', {
  skip,
}, async () => {
  const elsewhere = await on.cli('certify', '--election', election.id)
  assert.equal(elsewhere.code, 2, elsewhere.stdout + elsewhere.stderr)
  assert.match(elsewhere.stderr, /has 1 of the log’s \d+ entries: .*--log-store/)
  const copy = join(on.dir, 'copy')
  cpSync(on.dataDir, copy, { recursive: true })
  const seen = proxy.seen.length
  // The store refuses the first attempt: the certification is kept, and stored as soon as the store
  // accepts it.
  proxy.decide = ({ method, key }) =>
    method === 'PUT' && key.includes('/certification.') ? 'slow-down' : 'pass'
  const refused = await certify('--data', on.dataDir)
  assert.equal(refused.code, 2, refused.stdout + refused.stderr)
  assert.match(refused.stderr, /^elections: S3: the log’s bucket public-logs answers 503 SlowDown/m)
  proxy.decide = () => 'pass'
  const runs = await Promise.all([on.dataDir, copy].map((data) => certify('--data', data)))
  for (const { code, stdout, stderr } of [...runs, refused]) {
    assert.ok(!(stdout + stderr).includes(SECRET))
    if (code !== 0) assert.match(stderr, /certified by somebody else just now|answers 503 SlowDown/)
  }
  const done = runs.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout))
  assert.ok(done.length > 0, JSON.stringify(runs))
  for (const { again, sha256 } of done) assert.deepEqual([again, sha256], [true, done[0].sha256])
  const at = `${gateway.url}/elections/${election.id}/log`
  await until('the badge', async () => (await results(gateway.url, election.id)).log?.certified_at)
  const document = Buffer.from(await (await fetch(`${at}/certification.json`)).arrayBuffer())
  assert.equal(createHash('sha256').update(document).digest('hex'), done[0].sha256)
  assert.equal((await fetch(`${at}/certification.pdf`)).headers.get('content-type'), 'application/pdf')
  const puts = proxy.seen
    .slice(seen)
    .filter(({ method, key }) => method === 'PUT' && /certification/.test(key))
  assert.ok(puts.length > 0 && puts.every(({ conditional }) => conditional))
  for (const data of [on.dataDir, copy])
    assert.ok(!existsSync(join(logDir(electionDir(data, election.id)), 'certification.json')))
  const verified = await on.cliWithoutData(...['verify', `${at}/`, '--state', join(on.dir, 'certified')])
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  assert.match(verified.stdout, /^ {2}result +certified at /m)
  const records = await runCli(
    ['export', '--cluster', '--data', copy, '--election', election.id, '--format', 'cvr'],
    { ...on.env, ...env() },
  )
  assert.equal(records.code, 0, records.stderr)
  assert.equal(JSON.parse(records.stdout).CVR.length, voted)
})
