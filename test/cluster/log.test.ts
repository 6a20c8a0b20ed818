/**
 * The public log on a cluster: published by one process at a time, from `votes`, restartable
 * anywhere, never forked.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Producer } from '@platformatic/kafka'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { partitionOf } from '../../src/adapters/kafka/partition.ts'
import { kafkaVotesReader } from '../../src/adapters/kafka/votes-reader.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { VOTES } from '../../src/core/log/topics.ts'
import { formatVoteRecord } from '../../src/core/log/vote-record.ts'
import { clusterSecrets } from '../../src/organise/cluster/cluster-election.ts'
import { partitionsHere } from '../../tools/engines/partitions.ts'
import { type Crowd, crowd } from '../crash/voters.ts'
import { type PutForward, putForward } from '../moved-clock.ts'
import { logKeyOf, promised } from '../receipts.ts'
import type { Key } from '../server.ts'
import { type ClusterElection, castVote, type Product, product, results, until } from './cluster-server.ts'
import { watchLog } from './watched-log.ts'

const FAST = ['--publish-every', '0.2']
/** More than can vote while a test waits for a publisher to be relieved. */
const VOTERS = 40_000

/** Two gateways of an election, and the crowd that votes at both. */
async function voting(t: TestContext, changes = {}, voters = VOTERS, clock?: PutForward) {
  const on = await product(clock)
  t.after(() => on.end())
  const election = await on.init(voters, changes)
  const gateways = await Promise.all([on.serve('gateway'), on.serve('gateway')])
  const folder = logDir(electionDir(on.dataDir, election.id))
  return { on, election, gateways, folder, urls: gateways.map(({ url }) => url) }
}

function crowds(urls: readonly string[], keys: readonly Key[]) {
  const each = Math.floor(keys.length / urls.length)
  const all = urls.map((url, i): Crowd => crowd(url, keys.slice(i * each, (i + 1) * each), 1))
  return {
    stop: () => Promise.all(all.map((one) => one.stop())),
    /** Of every ballot acknowledged. */
    trackers: () => all.flatMap(({ acknowledged }) => acknowledged.map(({ tracker }) => tracker)),
    refused: () => all.flatMap(({ refused }) => [...refused.keys()]).filter((status) => status !== 503),
  }
}

async function termOf({ site }: Product, { id }: ClusterElection): Promise<number> {
  const database = openDatabase({ url: site.DATABASE_URL })
  try {
    const { rows } = await database.query('SELECT term FROM log_terms WHERE election = $1', [id])
    return Number(rows[0]?.term ?? 0)
  } finally {
    await database.end()
  }
}

test('votes over two gateways are in the log anybody can verify, before the close and after it', async (t) => {
  const closesAtMs = Date.now() + 900_000
  const clock = putForward()
  const { on, election, urls } = await voting(
    t,
    { closes_at: new Date(closesAtMs).toISOString(), suppress_below: 5 },
    400,
    clock,
  )
  await Promise.all([on.serve('results', {}, ...FAST), on.serve('tally')])
  const keys = election.take(300)
  const receipts: { readonly text: string; readonly url: string }[] = []
  for (const [i, key] of keys.entries()) {
    const url = urls[i % 2]!
    const answer = await castVote(url, election.id, key, ['ada', 'grace', 'alan'][i % 3]!)
    assert.equal(answer.status, 201)
    receipts.push({ text: await answer.text(), url })
  }
  const logKey = logKeyOf(on.dataDir, election.id)
  for (const { text } of receipts) assert.deepEqual(promised(text, logKey).term, { v: 2, withinS: 86_400 })

  const stateAt = async (url: string) => (await results(url, election.id)).log
  // Of each district's 150 all but a last group are told before the close.
  const told = 2 * (150 - 5)
  for (const url of urls)
    await until(`what may be told, told at ${url}`, async () => {
      const { log, checkpoint } = await results(url, election.id)
      return log?.size === 1 + told && checkpoint?.size === 1 + told && log.published_at !== null
    })
  const verify = async (url: string, ...more: string[]) => {
    const state = join(on.dir, `${randomBytes(4).toString('hex')}.json`)
    return on.cliWithoutData('verify', url, '--election', election.id, '--state', state, '--json', ...more)
  }
  const open = await verify(urls[0]!)
  assert.equal(open.code, 0, open.stdout + open.stderr)
  clock.to(closesAtMs)
  for (const url of urls)
    await until(
      `the close at ${url}`,
      async () => (await stateAt(url))?.closed && (await stateAt(url))?.size === 303,
    )
  // A proof from a gateway that does not publish.
  const { tracker } = promised(receipts[7]!.text, logKey)
  const proof = await fetch(`${urls[1]}/elections/${election.id}/log/proof/${tracker}`)
  assert.equal(proof.status, 200)
  assert.match(await proof.text(), /^c2sp\.org\/tlog-proof@v1\n/)
  const receiptFile = join(on.dir, 'receipt.json')
  writeFileSync(receiptFile, receipts[11]!.text)
  for (const url of urls) {
    await until(`the count at ${url}`, async () => (await results(url, election.id)).cast === 300)
    const closed = await verify(url, '--receipt', receiptFile)
    assert.equal(closed.code, 0, closed.stdout + closed.stderr)
  }
})

test('kill -9 of the publisher under load: one log, every ballot in it once', async (t) => {
  const { on, election, urls, folder } = await voting(t)
  let publisher = await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(VOTERS))
  t.after(() => voters.stop())
  for (let i = 0; i < 6; i++) {
    await watched.grows(`after ${i} kills`, 2)
    await sleep(Math.random() * 400)
    await publisher.kill()
    publisher = await on.serve('results', {}, ...FAST)
  }
  await watched.grows('after the last kill')
  await voters.stop()
  assert.deepEqual(voters.refused(), [])
  await watched.assertHolds(voters.trackers(), 1)
  t.diagnostic(`${watched.seen()} checkpoints seen, ${watched.size()} leaves`)
})

test('two publishers at once: one signs, the other goes on when it is gone or asleep, and none forks', async (t) => {
  const { on, election, urls, folder } = await voting(t)
  const first = await on.serve('results', {}, ...FAST)
  const watched = watchLog([...urls, first.url], election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(VOTERS))
  t.after(() => voters.stop())
  await watched.grows('by the first')
  const second = await on.serve('results', {}, ...FAST)
  await watched.grows('while there are two', 20)
  assert.equal(await termOf(on, election), 1, 'the first alone has published')

  await first.kill()
  await watched.grows('by the second', 20)
  assert.equal(await termOf(on, election), 2)

  // It hangs, and wakes up later than anybody waits: it must not write a thing then.
  await on.serve('results', {}, ...FAST)
  process.kill(second.pid, 'SIGSTOP')
  await until('the third to publish', async () => (await termOf(on, election)) === 3)
  await watched.grows('by the third', 20)
  process.kill(second.pid, 'SIGCONT')
  await until('the second to see that it was relieved', () =>
    /another process publishes/.test(second.stderr()),
  )
  await watched.grows('after that', 20)
  await voters.stop()
  await watched.assertHolds(voters.trackers(), 1)
  assert.equal(await termOf(on, election), 3)
  t.diagnostic(`${watched.seen()} checkpoints seen, ${watched.size()} leaves`)
})

test('what is no ballot in votes, and what is there twice, is no leaf', async (t) => {
  const { on, election, urls, folder } = await voting(t, {}, 200)
  await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(100))
  t.after(() => voters.stop())
  await watched.grows('the first ballots', 50)
  await voters.stop()
  const { seal } = clusterSecrets(electionDir(on.dataDir, election.id))
  const brokers = on.site.KAFKA_BROKERS.split(',')
  const reader = kafkaVotesReader({ brokers })
  const copies: { key: Buffer; value: Buffer }[] = []
  for await (const records of reader.toEnd())
    for (const { key, value } of records)
      if (key !== null && value?.includes(`"${election.id}"`))
        copies.push({ key: Buffer.from(key, 'latin1'), value: Buffer.from(value, 'latin1') })
  await reader.close()
  const unused = randomBytes(32)
  const record = (key: Buffer, changes = {}) =>
    Buffer.from(
      formatVoteRecord(
        {
          ...{ election: election.id, tagHex: key.toString('hex'), district: 'north', choices: '[[2]]' },
          ...{ nonceHex: randomBytes(16).toString('hex'), retryHex: null },
          ...changes,
        },
        seal,
      ),
    )
  const strange = [
    { key: randomBytes(9), value: randomBytes(300) },
    { key: unused, value: Buffer.from(record(unused).toString().replace('[[2]]', '[[1]]')) },
    { key: unused, value: record(unused, { district: 'atlantis' }) },
    { key: unused, value: record(unused, { election: `${election.id}-other` }) },
    { key: copies[0]!.key, value: record(copies[0]!.key) },
  ]
  const partitions = partitionsHere()
  const stranger = new Producer<Buffer, Buffer>({ clientId: 'stranger', bootstrapBrokers: brokers })
  await stranger.send({
    acks: -1,
    messages: [...strange, ...copies].map(({ key, value }) => ({
      ...{ topic: VOTES, key, value },
      partition: partitionOf(key, partitions),
    })),
  })
  await stranger.close(true)
  const after = crowds(urls, election.take(60))
  t.after(() => after.stop())
  await watched.grows('ballots after them', 30)
  await after.stop()
  await watched.assertHolds([...voters.trackers(), ...after.trackers()], 1)
})

test('PostgreSQL restarted while publishing: nothing forks, nothing is lost', async (t) => {
  const { on, election, urls, folder } = await voting(t)
  await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(VOTERS))
  t.after(() => voters.stop())
  for (const end of ['kill', 'stop'] as const) {
    await watched.grows(`before the ${end}`, 2)
    await on.site.control[end]('postgres')
    await sleep(1_000)
    await on.site.control.start('postgres')
    await watched.grows(`after the ${end}`, 2)
  }
  await voters.stop()
  assert.deepEqual(voters.refused(), [])
  await watched.assertHolds(voters.trackers(), 1)
})

test('the log moves with its publisher to a folder that has none of it; other folders send there or say nothing', async (t) => {
  const { on, election, urls, folder } = await voting(t, {}, 400)
  // A gateway on another machine: its copy of the folder is the one that init made.
  const elsewhere = join(on.dir, 'elsewhere')
  cpSync(on.dataDir, elsewhere, { recursive: true })
  const first = await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  const voters = crowds(urls, election.take(200))
  t.after(() => voters.stop())
  await watched.grows('the first ballots', 50)
  await voters.stop()
  await until('all of it', async () => (await watched.look()) === voters.trackers().length + 1)
  const published = watched.size()

  const serveApart = (role: 'gateway' | 'results', ...more: readonly string[]) =>
    on.serve(role, {}, '--data', elsewhere, ...more)
  const at = (url: string, path: string) =>
    fetch(`${url}/elections/${election.id}/log/${path}`, { redirect: 'manual' })
  const bare = await serveApart('gateway')
  await until(
    'it to hear of the log',
    async () => (await results(bare.url, election.id)).log?.size === published,
  )
  assert.equal((await at(bare.url, 'checkpoint')).status, 404, 'an old copy is no answer')
  const pointing = await serveApart('gateway', '--log-url', `${first.url}/`)
  const tracker = voters.trackers()[3]!
  for (const path of ['checkpoint', 'genesis.json', 'tile/0/000.p/3', `proof/${tracker}`]) {
    const answer = await at(pointing.url, path)
    assert.deepEqual(
      [answer.status, answer.headers.get('location')],
      [307, `${first.url}/elections/${election.id}/log/${path}`],
    )
  }
  assert.equal((await at(pointing.url, '../../../keys/log-key')).status, 404)
  const proof = await fetch(`${pointing.url}/elections/${election.id}/log/proof/${tracker}`)
  assert.equal(proof.status, 200)

  // The publisher's machine is lost with its folder.
  await first.kill()
  rmSync(logDir(electionDir(elsewhere, election.id)), { recursive: true })
  const second = await serveApart('results', ...FAST)
  await until('the log made again', async () => {
    const note = await at(second.url, 'checkpoint')
    return note.status === 200 && Number((await note.text()).split('\n')[1]) === published
  })
  assert.deepEqual(
    await (await at(second.url, 'checkpoint')).text(),
    await (await at(urls[0]!, 'checkpoint')).text(),
    'the very same checkpoint',
  )
  await watched.stop()
  const all = watchLog([second.url], election.id, logDir(electionDir(elsewhere, election.id)))
  const after = crowds(urls, election.take(100))
  t.after(() => after.stop())
  await all.grows('ballots after that', 20)
  await after.stop()
  await all.assertHolds([...voters.trackers(), ...after.trackers()], 1)
  await until(
    'the folder left behind not to be served',
    async () => (await at(urls[0]!, 'checkpoint')).status === 404,
  )
})

test('a lost key, an older PostgreSQL: refused, nothing is signed', async (t) => {
  const { on, election, urls, folder } = await voting(t, {}, 200)
  const publisher = await on.serve('results', {}, ...FAST)
  const watched = watchLog(urls, election.id, folder)
  t.after(() => watched.stop())
  for (const key of election.take(20)) {
    await castVote(urls[0]!, election.id, key, 'ada')
    if (watched.seen() < 3) await sleep(300)
  }
  await until('some checkpoints', () => watched.seen() >= 3)
  await until('all of it', async () => (await watched.look()) === 21)
  await publisher.stop()
  await watched.stop()
  const dir = electionDir(on.dataDir, election.id)
  assert.ok(!existsSync(join(dir, 'log-journal.db')) && !existsSync(join(dir, 'election.db')))

  const key = join(dir, 'keys', 'log-key')
  renameSync(key, `${key}.away`)
  const without = await on.cli('serve', '--role', 'results', '--port', '0')
  assert.equal(without.code, 2, without.stderr)
  assert.match(without.stderr, /log-key.*put it back from a backup/)
  renameSync(`${key}.away`, key)

  // As it was an hour ago: the newest batches are not in it.
  const database = openDatabase({ url: on.site.DATABASE_URL })
  await database.query('ALTER TABLE log_batches DISABLE TRIGGER log_batches_never_change')
  try {
    const { rowCount } = await database.query('DELETE FROM log_batches WHERE election = $1 AND batch > 1', [
      election.id,
    ])
    assert.ok(rowCount! > 0)
  } finally {
    await database.query('ALTER TABLE log_batches ENABLE TRIGGER log_batches_never_change')
    await database.end()
  }
  const before = filesOf(folder)
  const older = await on.cli('serve', '--role', 'results', '--port', '0')
  assert.equal(older.code, 70, older.stderr)
  assert.match(older.stderr, /older data was put back, and to go on would fork the log/)
  assert.deepEqual(filesOf(folder), before)
})

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}
