/** PostgreSQL stores elections, rolls and results completely, once and in order, or not at all. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts'
import {
  createElection,
  ElectionExists,
  readElection,
  readRoll,
} from '../../src/adapters/postgres/elections.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { pollsRecord } from '../../src/adapters/postgres/polls-record.ts'
import { resultSink } from '../../src/adapters/postgres/result-sink.ts'
import { resultStore } from '../../src/adapters/postgres/result-store.ts'
import type { MarksCount } from '../../src/core/tally/marks-count.ts'
import type { Tag } from '../../src/ports/digest.ts'
import type { ResultStore } from '../../src/ports/result-store.ts'
import { engines } from '../engines.ts'

let database: Database
let url: string
const stores: ResultStore[] = []

before(async () => {
  url = (await engines()).DATABASE_URL
  await migrate({ url })
  database = openDatabase({ url })
})
after(async () => {
  for (const store of stores) await store.close()
  await database.end()
})

const newId = () => `e${randomBytes(6).toString('hex')}`
const tagOf = (i: number) => Buffer.alloc(32, `tag ${i} `).toString('latin1') as Tag
const count = (district: string, contest: number, marks: string, ballots: number): MarksCount => ({
  district,
  contest,
  marks,
  ballots,
})

async function newElection(voters = 3): Promise<string> {
  const id = newId()
  const draft = await createElection(database, id, { text: '{}', sha256: 'ab' }, 2)
  await draft.add(Array.from({ length: voters }, (_, i) => ({ tag: tagOf(i), district: i % 2 })))
  await draft.commit()
  return id
}
const open = (election: string): ResultStore => {
  const store = resultStore(database, election)
  stores.push(store)
  return store
}

test('migrations are applied once, even if several processes apply them', async () => {
  assert.deepEqual(await Promise.all([migrate({ url }), migrate({ url }), migrate({ url })]), [[], [], []])
})

test('an election exists as a whole after its commit, with its roll in order, and not before', async () => {
  const id = newId()
  const draft = await createElection(database, id, { text: '{"id":1}', sha256: 'cd' }, 2)
  const voters = Array.from({ length: 70_000 }, (_, i) => ({ tag: tagOf(i), district: i % 2 }))
  await draft.add(voters.slice(0, 40_000))
  await draft.add(voters.slice(40_000))
  assert.equal(await readElection(database, id), undefined)
  await draft.commit()
  assert.deepEqual(await readElection(database, id), {
    definition: '{"id":1}',
    definitionSha256: 'cd',
    keysIssued: 70_000,
    eligible: [35_000, 35_000],
    logKey: null,
  })
  const read = []
  for await (const stretch of readRoll(database, id)) read.push(...stretch)
  assert.deepEqual(read, voters)
  await assert.rejects(createElection(database, id, { text: '', sha256: '' }, 1), ElectionExists)
})

test('an aborted election leaves nothing', async () => {
  const id = newId()
  const draft = await createElection(database, id, { text: '{}', sha256: '' }, 1)
  await draft.add([{ tag: tagOf(1), district: 0 }])
  await draft.abort()
  assert.equal(await readElection(database, id), undefined)
})

test('the close is recorded once, in an audit trail that cannot be changed', async () => {
  const id = await newElection()
  const polls = pollsRecord(database, id)
  assert.equal(await polls.wasClosed(), false)
  await polls.recordClosed(1_000)
  await polls.recordClosed(2_000)
  assert.equal(await polls.wasClosed(), true)
  const { rows } = await database.query('SELECT event FROM events WHERE election = $1 ORDER BY event_id', [
    id,
  ])
  assert.deepEqual(
    rows.map(({ event }) => event),
    ['issued', 'polls-closed'],
  )
  await assert.rejects(database.query('DELETE FROM events'), /append-only/)
})

test('counts never decrease, even if messages come twice or late', async () => {
  const id = await newElection()
  const topic = newId()
  const sink = resultSink(database, topic)
  const store = open(id)
  const store1 = (ballots: number, from: bigint, to: bigint) =>
    sink.store(
      [{ election: id, counts: [count('north', 0, '[1]', ballots), count('north', -1, '[1]', ballots)] }],
      new Map([[0, from]]),
      new Map([[0, to]]),
      60_000,
    )
  assert.equal(await store1(5, 0n, 10n), true)
  const first = await store.changesSince(0)
  assert.deepEqual(
    first.counts.map(({ ballots }) => ballots),
    [5, 5],
  )
  assert.equal(await store1(3, 10n, 20n), true)
  assert.deepEqual(await store.changesSince(first.version), { version: first.version, counts: [] })
  assert.equal(await store1(7, 20n, 21n), true)
  const second = await store.changesSince(first.version)
  assert.ok(second.version > first.version)
  assert.deepEqual(second.counts.length, 2)
  assert.deepEqual(await sink.nextOffsets(), new Map([[0, 21n]]))
  assert.deepEqual(await store.turnout(), [[70, 7]])
  assert.deepEqual(await store.past(), [{ untilS: 90, counts: second.counts }])
})

test('a projector that was overtaken stores nothing', async () => {
  const id = await newElection()
  const sink = resultSink(database, newId())
  const counts = [{ election: id, counts: [count('north', 0, '[1]', 5)] }]
  const both = await Promise.all([
    sink.store(counts, new Map([[0, 0n]]), new Map([[0, 4n]]), 0),
    sink.store(counts, new Map([[0, 0n]]), new Map([[0, 9n]]), 0),
  ])
  assert.deepEqual(both.toSorted(), [false, true])
  assert.equal(await sink.store(counts, new Map([[0, 0n]]), new Map([[0, 5n]]), 0), false)
})

test('counts of an unknown election are skipped, and reading continues', async () => {
  const sink = resultSink(database, newId())
  const counts = [{ election: newId(), counts: [count('north', 0, '[1]', 5)] }]
  assert.equal(await sink.store(counts, new Map([[2, 0n]]), new Map([[2, 1n]]), 0), true)
  assert.deepEqual(await sink.nextOffsets(), new Map([[2, 1n]]))
})

test('a store is notified of new counts at once, and again after its connection was cut', async () => {
  const id = await newElection()
  const sink = resultSink(database, newId())
  const store = open(id)
  let heard = Promise.withResolvers<number>()
  store.onChange(() => heard.resolve(performance.now()))
  let offset = 0n
  const storedAndRead = async (ballots: number) => {
    heard = Promise.withResolvers()
    const from = offset++
    await sink.store(
      [{ election: id, counts: [count('north', -1, '[1]', ballots)] }],
      new Map([[0, from]]),
      new Map([[0, offset]]),
      0,
    )
    await heard.promise
    return (await store.changesSince(0)).counts[0]!.ballots
  }
  assert.equal(await storedAndRead(1), 1)
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()',
    ['LISTEN%'],
  )
  assert.equal(await storedAndRead(2), 2)
})
