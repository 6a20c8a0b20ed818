/**
 * Voting on a cluster is extended: running gateways follow the new end, asleep or awake, and
 * nothing that has ended opens again.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts'
import { votingEnds } from '../../src/adapters/postgres/voting-end.ts'
import { parseRecord } from '../../src/core/log/record.ts'
import { decodeBundle } from '../../src/core/tlog/entry-bundle.ts'
import { bundlePath } from '../../src/core/tlog/tile.ts'
import { FIXED_BEFORE_MS } from '../../src/pipeline/shared-polls.ts'
import { putForward } from '../moved-clock.ts'
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

/** Nothing ends before the test moves the clock forward. */
const CLOSES_AFTER_MS = 900_000
const EXTENDED_BY_MS = 900_000
/**
 * The end of the election at whose end PostgreSQL is unavailable; later than everything in the
 * other election.
 */
const CUT_OFF_AFTER_MS = 3_600_000
const FAST = ['--publish-every', '0.2']

const clock = putForward()
let on: Product
let election: ClusterElection
let cutOff: ClusterElection
let closesAtMs: number
let extendedToMs: number
let cutOffAtMs: number
let database: Database
let gateways: [ClusterServer, ClusterServer]
let ballots = 0

const iso = (ms: number) => new Date(ms).toISOString()
const extend = (toMs: number, id = election.id, ...more: string[]) =>
  on.cli('extend', '--election', id, '--closes-at', iso(toMs), ...more)
const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code

async function votes(servers: readonly ClusterServer[], each: number): Promise<void> {
  for (const { url } of servers)
    for (const key of election.take(each)) {
      assert.equal((await castVote(url, election.id, key, 'ada')).status, 201)
      ballots++
    }
}

before(async () => {
  on = await product(clock)
  database = openDatabase({ url: on.site.DATABASE_URL }, () => {})
  closesAtMs = Date.now() + CLOSES_AFTER_MS
  extendedToMs = closesAtMs + EXTENDED_BY_MS
  cutOffAtMs = Date.now() + CUT_OFF_AFTER_MS
  election = await on.init(200, { closes_at: iso(closesAtMs), results: 'after-close' })
  cutOff = await on.init(20, { closes_at: iso(cutOffAtMs), results: 'after-close' })
  const [one, two] = await Promise.all([
    on.serve('gateway'),
    on.serve('gateway'),
    on.serve('results', {}, ...FAST),
    on.serve('tally'),
  ])
  gateways = [one!, two!]
})
after(async () => {
  await database.end()
  await on.end()
})

/** Times in letters are to the minute. */
async function saysTheEndInLetters(): Promise<void> {
  const letters = (out: string, ...more: string[]) =>
    on.cliWithoutData(
      ...['letters', '--data', on.dataDir, '--keys', election.keysFile, '--format', 'html'],
      ...['--url', `https://vote.example.org/e/${election.id}`, '--out', join(on.dir, out), ...more],
    )
  const before = await letters('before.html')
  assert.match(before.stderr, /show the end of voting as defined: .* add --cluster/)
  const run = await letters('letters.html', '--cluster')
  assert.equal(run.code, 0, run.stderr)
  assert.doesNotMatch(run.stderr, /the end of voting as defined/)
  const minutes = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })
  for (const [out, endsMs] of [
    ['before.html', closesAtMs],
    ['letters.html', extendedToMs],
  ] as const) {
    const [, words] = /<dt>Voting ends<\/dt><dd>([^<]*)/.exec(readFileSync(join(on.dir, out), 'utf8'))!
    assert.ok(words!.includes(minutes.format(endsMs)), `${words} for ${iso(endsMs)}`)
  }
}

test('voting continues past its first end at every gateway, also at one that slept over both', async () => {
  await votes(gateways, 5)
  const [awake, asleep] = gateways
  process.kill(asleep.pid, 'SIGSTOP')
  const run = await extend(extendedToMs, election.id, '--json')
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(JSON.parse(run.stdout), {
    event: 'extended',
    election: election.id,
    closes_at: iso(extendedToMs),
  })
  await until('the gateway to learn of it', async () => {
    const { closes_at } = (await results(awake.url, election.id)).election
    return closes_at === iso(extendedToMs)
  })
  const file = await (await fetch(`${awake.url}/elections/${election.id}`)).json()
  assert.equal((file as { closes_at: string }).closes_at, iso(extendedToMs))

  clock.to(closesAtMs + 1_500)
  await votes([awake], 5)
  process.kill(asleep.pid, 'SIGCONT')
  const [key] = election.take(1)
  await until('the gateway that slept to accept ballots', async () => {
    const answer = await castVote(asleep.url, election.id, key!, 'alan')
    if (answer.status === 201) return true
    assert.deepEqual([answer.status, await codeOf(answer)], [503, 'storage-unavailable'])
    assert.notEqual((await results(asleep.url, election.id)).phase, 'closed')
    return false
  })
  ballots++
  await votes(gateways, 5)
  for (const { url } of gateways) {
    assert.equal((await results(url, election.id)).phase, 'open')
    assert.equal((await fetch(`${url}/elections/${election.id}/results.json`)).status, 403)
  }
})

test('a refused extension is explained, and nothing changes', async () => {
  const refused = async (toMs: number, words: RegExp, id = election.id, ...more: string[]) => {
    const run = await extend(toMs, id, ...more)
    assert.equal(run.code, 2, run.stdout + run.stderr)
    assert.match(run.stderr, words)
  }
  await refused(closesAtMs, /voting already ends at .*: give a later time/)
  // Created after the servers started, so none of them publishes it.
  const unserved = await on.init(10)
  const far = Date.UTC(2099, 11, 31)
  await refused(
    far,
    /no server publishes its public log, so nothing was changed/,
    unserved.id,
    '--patience',
    '2',
  )

  clock.to(extendedToMs - FIXED_BEFORE_MS + 1_000)
  await until('the end to be fixed', async () => {
    const ends = votingEnds(database, election.id)
    return (await ends.read()).isFixed
  })
  await refused(extendedToMs + 60_000, /too late to extend it/)
  clock.to(extendedToMs)
  for (const { url } of gateways)
    await until(`${url} to close`, async () => (await results(url, election.id)).phase === 'closed')
  await refused(extendedToMs + 60_000, /voting has ended and cannot be opened again/)
})

test('it ends at the new time everywhere, the log says why, and anyone can verify it', async () => {
  await saysTheEndInLetters()
  const late = election.take(2)
  for (const [i, { url }] of gateways.entries()) {
    const answer = await castVote(url, election.id, late[i]!, 'ada')
    assert.deepEqual([answer.status, await codeOf(answer)], [403, 'polls-closed'])
    assert.equal((await results(url, election.id)).phase, 'closed')
  }
  for (const { url } of gateways)
    await until(`the close at ${url}`, async () => (await results(url, election.id)).log?.closed)
  await assertBooks(on, gateways, election, ballots)
  const folder = logDir(electionDir(on.dataDir, election.id))
  const size = ballots + 4
  const bytes = readFileSync(join(folder, bundlePath({ index: 0, width: size })))
  const records = decodeBundle(bytes, size)
    .map((entry) => Buffer.from(entry).toString())
    .filter((text) => text.includes('"entry":'))
    .map(parseRecord)
  assert.deepEqual(
    records.map(({ entry }) => entry),
    ['genesis', 'amendment', 'end', 'close'],
  )
  const [, amendment, end, close] = records
  assert.ok(amendment?.entry === 'amendment' && close?.entry === 'close')
  assert.deepEqual(amendment.change, { closesAtMs: extendedToMs })
  assert.ok(end?.entry === 'end' && end.ballots === ballots && end.atMs >= extendedToMs)
  assert.ok(amendment.atMs < closesAtMs && close.atMs >= extendedToMs)
  const state = join(on.dir, 'verify.json')
  const run = await on.cliWithoutData(
    'verify',
    gateways[1].url,
    ...['--election', election.id, '--state', state],
  )
  assert.equal(run.code, 0, run.stdout + run.stderr)
})

test('a gateway without PostgreSQL at the end of voting neither closes nor accepts ballots', async () => {
  const [key, other] = cutOff.take(2)
  assert.equal((await castVote(gateways[0].url, cutOff.id, key!, 'ada')).status, 201)
  await on.site.control.stop('postgres')
  try {
    clock.to(cutOffAtMs + 500)
    for (const { url } of gateways) {
      const answer = await castVote(url, cutOff.id, other!, 'ada')
      assert.deepEqual([answer.status, await codeOf(answer)], [503, 'storage-unavailable'])
      assert.equal((await results(url, cutOff.id)).phase, 'open')
      assert.equal((await fetch(`${url}/elections/${cutOff.id}/results.json`)).status, 403)
    }
  } finally {
    await on.site.control.start('postgres')
  }
  for (const { url } of gateways) {
    await until(`the close at ${url}`, async () => (await results(url, cutOff.id)).phase === 'closed')
    assert.equal(await codeOf(await castVote(url, cutOff.id, other!, 'ada')), 'polls-closed')
  }
})
