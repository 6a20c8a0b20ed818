/**
 * The public log on a cluster with records in `votes` that are not ballots, with an unavailable or
 * older PostgreSQL, or with a lost key.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Producer } from '@platformatic/kafka'
import { electionDir } from '../../src/adapters/embedded/layout.ts'
import { partitionOf } from '../../src/adapters/kafka/partition.ts'
import { kafkaVotesReader } from '../../src/adapters/kafka/votes-reader.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { VOTES } from '../../src/core/log/topics.ts'
import { formatVoteRecord } from '../../src/core/log/vote-record.ts'
import { clusterSecrets } from '../../src/organise/cluster/cluster-election.ts'
import { partitionsHere } from '../../tools/engines/partitions.ts'
import { castVote, until } from './cluster-server.ts'
import { crowds, FAST, VOTERS, voting } from './published-log.ts'
import { watchLog } from './watched-log.ts'

test('records of votes that are not ballots, and repeated ones, are not leaves', async (t) => {
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
  await until('the whole log', async () => (await watched.look()) === 21)
  await publisher.stop()
  await watched.stop()
  const dir = electionDir(on.dataDir, election.id)
  assert.ok(!existsSync(join(dir, 'log-journal.db')) && !existsSync(join(dir, 'election.db')))

  const key = join(dir, 'keys', 'log-key')
  renameSync(key, `${key}.away`)
  const without = await on.cli('serve', '--role', 'results', '--port', '0')
  assert.equal(without.code, 2, without.stderr)
  assert.match(without.stderr, /log-key.*restore it from a backup/)
  renameSync(`${key}.away`, key)

  // PostgreSQL as it was an hour ago, without the newest batches.
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
  assert.match(older.stderr, /older data was restored, and to continue would fork the log/)
  assert.deepEqual(filesOf(folder), before)
})

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}
