/**
 * Told counts in PostgreSQL: one published checkpoint's, never half of two, never less than before,
 * told by whoever leads alone.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts'
import { createElection, removeElection } from '../../src/adapters/postgres/elections.ts'
import { appendAs, asLeader, nextTerm } from '../../src/adapters/postgres/log-journal.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { publishedCountsStore, storeCounts } from '../../src/adapters/postgres/published-counts.ts'
import type { DistrictCounts } from '../../src/core/tally/district-counts.ts'
import { asHash } from '../../src/core/tlog/merkle.ts'
import { BatchTaken, type JournalBatch } from '../../src/ports/log-journal.ts'
import type { PublishedTotals } from '../../src/ports/published-counts.ts'
import { engines } from '../engines.ts'

let database: Database
let url: string

before(async () => {
  url = (await engines()).DATABASE_URL
  await migrate({ url })
  database = openDatabase({ url })
})
after(() => database.end())

const root = (id: string, number: number) =>
  asHash(new Uint8Array(createHash('sha256').update(`${id} ${number}`).digest()))

function batchOf(id: string, number: number): JournalBatch {
  const record = number === 0 ? 'genesis' : null
  return {
    number,
    record,
    upTo: `${number}`,
    everything: false,
    size: number + 1,
    root: root(id, number),
    atMs: null,
  }
}

/** An election whose journal has so many batches after the genesis, and its publisher. */
async function published(batches: number, id = `told-${randomBytes(6).toString('hex')}`) {
  const draft = await createElection(database, id, { text: '{}', sha256: '' }, 3)
  await draft.beginLog(`log/${id}`, batchOf(id, 0))
  await draft.commit()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const term = await nextTerm(client, id)
  const grow = async (number: number) => appendAs(client, id, term, batchOf(id, number))
  for (let number = 1; number <= batches; number++) await grow(number)
  interface Telling {
    readonly all?: boolean
    readonly complete?: boolean
    readonly totals?: PublishedTotals | null
    readonly term?: number
    readonly size?: number
    readonly stored?: number
  }
  const tell = (batch: number, rows: readonly DistrictCounts[], telling: Telling = {}) => {
    const { all = false, complete = false, totals = null, size = batch + 1, stored = 99 } = telling
    return asLeader(client, id, telling.term ?? term, () =>
      storeCounts(client, id, { batch, size, root: root(id, batch), stored, complete, rows }, totals, all),
    )
  }
  const store = publishedCountsStore(database, id)
  /** Without its time, which is PostgreSQL's. */
  const since = async (from: number) => {
    const told = await store.since(from)
    if (told === undefined) return undefined
    const { atMs, ...counts } = told
    assert.ok(Math.abs(atMs - Date.now()) < 3_600_000)
    return counts
  }
  return { id, grow, tell, client, term, store, since }
}

const row = (district: number, ...counts: number[]): DistrictCounts => ({ district, counts })

test('a reader gets the counts of the checkpoint they are told with: all of them, or what changed since', async () => {
  const { id, tell, client, store, since } = await published(3)
  assert.equal(await since(-1), undefined)
  await tell(0, [], { all: true })
  const named = (batch: number) => ({
    batch,
    size: batch + 1,
    root: new Uint8Array(root(id, batch)),
    stored: 99,
  })
  assert.deepEqual(await since(-1), { ...named(0), complete: false, rows: [] })
  await tell(1, [row(0, 5, 1), row(2, 7, 0)], { stored: 19, totals: { ballots: 12, totals: [12, 1] } })
  await tell(2, [row(2, 9, 0)], { stored: 21, totals: { ballots: 14, totals: [14, 1] } })
  assert.deepEqual(await since(1), { ...named(2), stored: 21, complete: false, rows: [row(2, 9, 0)] })
  assert.deepEqual(await since(2), { ...named(2), stored: 21, complete: false, rows: [] })
  const all = (await store.since(-1))!
  assert.deepEqual(
    all.rows.toSorted((a, b) => a.district - b.district),
    [row(0, 5, 1), row(2, 9, 0)],
  )
  await tell(3, [], { complete: true })
  assert.deepEqual(await since(2), { ...named(3), complete: true, rows: [] })
  assert.deepEqual(
    (await store.past()).map(({ atMs: _, ...moment }) => moment),
    [
      { stored: 19, ballots: 12, totals: [12, 1] },
      { stored: 21, ballots: 14, totals: [14, 1] },
    ],
  )
  await client.end()
})

test('told again they are the same: another count, another district, another root is an alarm and changes nothing', async () => {
  const { tell, client, since } = await published(3)
  await tell(1, [row(0, 5, 1), row(1, 4, 0)], { all: true })
  const before = await since(-1)
  await tell(1, [row(0, 5, 1), row(1, 4, 0)], { all: true })
  const alarms: [string, Promise<void>][] = [
    ['more with the same checkpoint', tell(1, [row(0, 6, 1), row(1, 4, 0)], { all: true })],
    ['a district more with the same checkpoint', tell(1, [row(2, 1, 0)])],
  ]
  for (const [what, telling] of alarms) await assert.rejects(telling, { name: 'BrokenLog' }, what)
  await assert.rejects(tell(2, [row(0, 4, 1), row(1, 4, 0)]), { name: 'BrokenLog' }, 'less')
  await assert.rejects(tell(2, [row(0, 5)]), { name: 'BrokenLog' }, 'a shorter row')
  await assert.rejects(tell(2, [row(0, 5, 1)], { all: true }), { name: 'BrokenLog' }, 'a district less')
  await assert.rejects(tell(2, [], { size: 7 }), { name: 'BrokenLog' }, 'no checkpoint of the journal')
  await assert.rejects(tell(9, []), { name: 'BrokenLog' }, 'no batch of the journal')
  await assert.rejects(tell(0, []), { name: 'BrokenLog' }, 'an earlier checkpoint')
  assert.deepEqual(await since(-1), before)
  await tell(2, [row(0, 6, 1), row(1, 4, 0)], { all: true, complete: true })
  await assert.rejects(tell(3, []), { name: 'BrokenLog' }, 'incomplete after complete')
  await client.end()
})

test('a publisher that was relieved tells nothing', async () => {
  const { id, tell, client, term, store } = await published(2)
  await tell(1, [row(0, 5, 1)], { all: true })
  const next = await nextTerm(client, id)
  await assert.rejects(tell(2, [row(0, 6, 1)]), BatchTaken)
  await assert.rejects(tell(2, [row(0, 6, 1)], { term: term - 1 }), BatchTaken)
  assert.equal((await store.since(-1))!.batch, 1)
  await tell(2, [row(0, 6, 1)], { term: next })
  assert.equal((await store.since(-1))!.batch, 2)
  await client.end()
})

test('readers at any moment of the telling see one checkpoint, whole', async () => {
  const DISTRICTS = 200
  const BATCHES = 40
  const { tell, client, store } = await published(BATCHES)
  const rowsOf = (batch: number) => Array.from({ length: DISTRICTS }, (_, d) => row(d, batch, 0))
  await tell(0, rowsOf(0), { all: true })
  let ended = false
  const reader = async (): Promise<number> => {
    const seen = new Map<number, number>()
    const checkpoints = new Set<number>()
    let at = -1
    while (!ended || at < BATCHES) {
      const told = (await store.since(at))!
      for (const { district, counts } of told.rows) seen.set(district, counts[0]!)
      assert.deepEqual(new Set(seen.values()), new Set([told.batch]), `at ${told.batch}`)
      at = told.batch
      checkpoints.add(at)
    }
    return checkpoints.size
  }
  const readers = Promise.all([reader(), reader(), reader()])
  for (let batch = 1; batch <= BATCHES; batch++) await tell(batch, rowsOf(batch))
  ended = true
  for (const seen of await readers) assert.ok(seen > 2, `${seen} checkpoints seen`)
  await client.end()
})

test('nobody lowers a told count, or takes one away, by hand either; a refused election takes its own along', async () => {
  const { id, tell, client } = await published(2)
  await tell(1, [row(0, 5, 1)], { all: true, totals: { ballots: 5, totals: [5, 1] } })
  const forbidden = [
    `UPDATE told SET batch = 0 WHERE election = '${id}'`,
    `UPDATE told_counts SET counts = '{4,1}' WHERE election = '${id}'`,
    `UPDATE told_counts SET counts = '{5,NULL}' WHERE election = '${id}'`,
    `UPDATE told_counts SET counts = '{5}' WHERE election = '${id}'`,
    `UPDATE told_counts SET district = 7 WHERE election = '${id}'`,
    `UPDATE told_totals SET ballots = 6 WHERE election = '${id}'`,
    `DELETE FROM told WHERE election = '${id}'`,
    `DELETE FROM told_counts WHERE election = '${id}'`,
    `DELETE FROM told_totals WHERE election = '${id}'`,
    'TRUNCATE told',
    'TRUNCATE told_counts',
    'TRUNCATE told_totals',
  ]
  for (const sql of forbidden) await assert.rejects(database.query(sql), /told/, sql)
  await client.end()
  await removeElection(database, id)
  const { rows } = await database.query('SELECT FROM told_counts WHERE election = $1', [id])
  assert.deepEqual(rows, [])
})

for (const [districts, numbers] of [
  [3_152, 2 + 1 + 5],
  [1_000, 2 + 4 * 26],
] as const)
  test(`${districts} districts of ${numbers} numbers: told and read whole within a publishing interval`, async (t) => {
    const { tell, client, store } = await published(2)
    const rowsOf = (batch: number) =>
      Array.from({ length: districts }, (_, d) =>
        row(d, ...new Array<number>(numbers).fill(batch * 1_000 + d)),
      )
    const startMs = performance.now()
    await tell(1, rowsOf(1), { all: true })
    const toldMs = performance.now()
    await tell(2, rowsOf(2))
    const againMs = performance.now()
    const told = (await store.since(-1))!
    const readMs = performance.now()
    assert.equal(told.rows.length, districts)
    assert.equal((await store.since(2))!.rows.length, 0)
    t.diagnostic(
      `told in ${Math.round(toldMs - startMs)} ms, again in ${Math.round(againMs - toldMs)} ms, read in ${Math.round(readMs - againMs)} ms`,
    )
    assert.ok(readMs - startMs < 30_000)
    await client.end()
  })
