/**
 * Published counts in PostgreSQL belong to exactly one checkpoint, never decrease, and are written
 * only by the leader.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
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

/** An election whose journal has this many batches after the genesis, and its publisher. */
async function published(batches: number, id = `told-${randomBytes(6).toString('hex')}`) {
  const draft = await createElection(database, id, { text: '{}', sha256: '' }, 3)
  await draft.beginLog(`log/${id}`, batchOf(id, 0))
  await draft.commit()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const term = await nextTerm(client, id)
  const grow = async (number: number) => appendAs(client, id, term, batchOf(id, number))
  for (let number = 1; number <= batches; number++) await grow(number)
  interface PublishOptions {
    readonly all?: boolean
    readonly complete?: boolean
    readonly totals?: PublishedTotals | null
    readonly term?: number
    readonly size?: number
    readonly stored?: number
  }
  const publish = (batch: number, rows: readonly DistrictCounts[], options: PublishOptions = {}) => {
    const { all = false, complete = false, totals = null, size = batch + 1, stored = 99 } = options
    return asLeader(client, id, options.term ?? term, () =>
      storeCounts(client, id, { batch, size, root: root(id, batch), stored, complete, rows }, totals, all),
    )
  }
  const store = publishedCountsStore(database, id)
  /** Without its time, which PostgreSQL sets. */
  const since = async (from: number) => {
    const stored = await store.since(from)
    if (stored === undefined) return undefined
    const { atMs, ...counts } = stored
    assert.ok(Math.abs(atMs - Date.now()) < 3_600_000)
    return counts
  }
  return { id, grow, publish, client, term, store, since }
}

const row = (district: number, ...counts: number[]): DistrictCounts => ({ district, counts })

test('a reader gets the counts of one checkpoint: all of them, or the changes', async () => {
  const { id, publish, client, store, since } = await published(3)
  assert.equal(await since(-1), undefined)
  await publish(0, [], { all: true })
  const named = (batch: number) => ({
    batch,
    size: batch + 1,
    root: new Uint8Array(root(id, batch)),
    stored: 99,
  })
  assert.deepEqual(await since(-1), { ...named(0), complete: false, rows: [] })
  await publish(1, [row(0, 5, 1), row(2, 7, 0)], { stored: 19, totals: { ballots: 12, totals: [12, 1] } })
  await publish(2, [row(2, 9, 0)], { stored: 21, totals: { ballots: 14, totals: [14, 1] } })
  assert.deepEqual(await since(1), { ...named(2), stored: 21, complete: false, rows: [row(2, 9, 0)] })
  assert.deepEqual(await since(2), { ...named(2), stored: 21, complete: false, rows: [] })
  const all = (await store.since(-1))!
  assert.deepEqual(
    all.rows.toSorted((a, b) => a.district - b.district),
    [row(0, 5, 1), row(2, 9, 0)],
  )
  await publish(3, [], { complete: true })
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

test('a batch can be stored again only with the same counts, districts and root', async () => {
  const { publish, client, since } = await published(3)
  await publish(1, [row(0, 5, 1), row(1, 4, 0)], { all: true })
  const before = await since(-1)
  await publish(1, [row(0, 5, 1), row(1, 4, 0)], { all: true })
  const alarms: [string, Promise<void>][] = [
    ['more with the same checkpoint', publish(1, [row(0, 6, 1), row(1, 4, 0)], { all: true })],
    ['a district more with the same checkpoint', publish(1, [row(2, 1, 0)])],
  ]
  for (const [what, publishing] of alarms) await assert.rejects(publishing, { name: 'BrokenLog' }, what)
  await assert.rejects(publish(2, [row(0, 4, 1), row(1, 4, 0)]), { name: 'BrokenLog' }, 'less')
  await assert.rejects(publish(2, [row(0, 5)]), { name: 'BrokenLog' }, 'a shorter row')
  await assert.rejects(publish(2, [row(0, 5, 1)], { all: true }), { name: 'BrokenLog' }, 'a district less')
  await assert.rejects(
    publish(2, [], { size: 7 }),
    { name: 'BrokenLog' },
    'a checkpoint that is not in the journal',
  )
  await assert.rejects(publish(9, []), { name: 'BrokenLog' }, 'a batch that is not in the journal')
  await assert.rejects(publish(0, []), { name: 'BrokenLog' }, 'an earlier checkpoint')
  assert.deepEqual(await since(-1), before)
  await publish(2, [row(0, 6, 1), row(1, 4, 0)], { all: true, complete: true })
  await assert.rejects(publish(3, []), { name: 'BrokenLog' }, 'incomplete after complete')
  await client.end()
})

test('a publisher that lost the lead stores nothing', async () => {
  const { id, publish, client, term, store } = await published(2)
  await publish(1, [row(0, 5, 1)], { all: true })
  const next = await nextTerm(client, id)
  await assert.rejects(publish(2, [row(0, 6, 1)]), BatchTaken)
  await assert.rejects(publish(2, [row(0, 6, 1)], { term: term - 1 }), BatchTaken)
  assert.equal((await store.since(-1))!.batch, 1)
  await publish(2, [row(0, 6, 1)], { term: next })
  assert.equal((await store.since(-1))!.batch, 2)
  await client.end()
})

test('readers at any moment see one whole checkpoint', async () => {
  const DISTRICTS = 200
  const BATCHES = 40
  const { publish, client, store } = await published(BATCHES)
  const rowsOf = (batch: number) => Array.from({ length: DISTRICTS }, (_, d) => row(d, batch, 0))
  await publish(0, rowsOf(0), { all: true })
  let ended = false
  const reached = [-1, -1, -1]
  const reader = async (_: number, i: number): Promise<number> => {
    const seen = new Map<number, number>()
    const checkpoints = new Set<number>()
    let at = -1
    while (!ended || at < BATCHES) {
      const stored = (await store.since(at))!
      for (const { district, counts } of stored.rows) seen.set(district, counts[0]!)
      assert.deepEqual(new Set(seen.values()), new Set([stored.batch]), `at ${stored.batch}`)
      at = stored.batch
      checkpoints.add(at)
      reached[i] = at
    }
    return checkpoints.size
  }
  const readers = Promise.all(reached.map(reader))
  const allReach = async (batch: number) => {
    while (reached.some((at) => at < batch)) await sleep(5, undefined, { ref: false })
  }
  for (let batch = 0; batch <= BATCHES; batch++) {
    if (batch > 0) await publish(batch, rowsOf(batch))
    // A slow reader sees at least these.
    if (batch === 0 || batch === BATCHES / 2) await Promise.race([readers, allReach(batch)])
  }
  ended = true
  for (const seen of await readers) assert.ok(seen > 2, `${seen} checkpoints seen`)
  await client.end()
})

test('no published count can be lowered or removed; an aborted election removes its own', async () => {
  const { id, publish, client } = await published(2)
  await publish(1, [row(0, 5, 1)], { all: true, totals: { ballots: 5, totals: [5, 1] } })
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
  test(`${districts} districts of ${numbers} numbers are stored and read in time`, async (t) => {
    const { publish, client, store } = await published(2)
    const rowsOf = (batch: number) =>
      Array.from({ length: districts }, (_, d) =>
        row(d, ...new Array<number>(numbers).fill(batch * 1_000 + d)),
      )
    const startMs = performance.now()
    await publish(1, rowsOf(1), { all: true })
    const toldMs = performance.now()
    await publish(2, rowsOf(2))
    const againMs = performance.now()
    const stored = (await store.since(-1))!
    const readMs = performance.now()
    assert.equal(stored.rows.length, districts)
    assert.equal((await store.since(2))!.rows.length, 0)
    t.diagnostic(
      `stored in ${Math.round(toldMs - startMs)} ms, again in ${Math.round(againMs - toldMs)} ` +
        `ms, read in ${Math.round(readMs - againMs)} ms`,
    )
    assert.ok(readMs - startMs < 30_000)
    await client.end()
  })
