/**
 * The journal of a cluster's log with any interleaving of publishers is one chain, written only by
 * the leader, never changed.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import pg from 'pg'
import { type Database, inTransaction, openDatabase } from '../../src/adapters/postgres/database.ts'
import { createElection, readElection, removeElection } from '../../src/adapters/postgres/elections.ts'
import {
  appendAs,
  nextTerm,
  type PostgresJournal,
  postgresJournal,
} from '../../src/adapters/postgres/log-journal.ts'
import { asHash } from '../../src/core/tlog/merkle.ts'
import { BatchTaken, type JournalBatch } from '../../src/ports/log-journal.ts'
import { engines } from '../engines.ts'
import { until } from './cluster-server.ts'

let database: Database

before(async () => {
  database = openDatabase({ url: (await engines()).DATABASE_URL })
})
after(() => database.end())

/** A batch that identifies its maker. */
function batchOf(number: number, maker: string, size = number + 1): JournalBatch {
  const root = asHash(new Uint8Array(createHash('sha256').update(`${maker} ${number}`).digest()))
  return {
    number,
    record: number === 0 ? 'genesis' : null,
    upTo: `${number}`,
    everything: false,
    size,
    root,
    atMs: 1_000 * number,
  }
}

async function newElection(): Promise<string> {
  const id = `journal-${randomBytes(6).toString('hex')}`
  const draft = await createElection(database, id, { text: '{}', sha256: '' }, 1)
  await draft.beginLog(`log/${id}`, batchOf(0, 'init'))
  await draft.commit()
  return id
}

async function chain(id: string): Promise<JournalBatch[]> {
  const batches: JournalBatch[] = []
  for await (const batch of postgresJournal(database, id).batches(0)) batches.push(batch)
  return batches
}

const step = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('begin', 'look', 'append', 'append', 'append'),
})

test('of publishers that take over, only the newest term appends, each batch once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const id = await newElection()
      const clients = await Promise.all(
        [0, 1, 2].map(async () => {
          const client = new pg.Client({ connectionString: database.options.connectionString! })
          await client.connect()
          return client
        }),
      )
      try {
        // The state of each publisher: its term, and the last batch that it has seen.
        const believes = clients.map(() => ({ term: 0, last: 0 }))
        let newest = 0
        const expected = ['init']
        for (const { who, what } of steps) {
          const mine = believes[who]!
          if (what === 'begin') {
            mine.term = await nextTerm(clients[who]!, id)
            assert.equal(mine.term, ++newest)
          }
          if (what !== 'append') {
            mine.last = (await postgresJournal(database, id).last())!.number
            continue
          }
          const may = mine.term === newest && newest > 0 && mine.last === expected.length - 1
          const maker = `${who}`
          const appended = await appendAs(clients[who]!, id, mine.term, batchOf(mine.last + 1, maker)).then(
            () => true,
            (cause) => {
              assert.ok(cause instanceof BatchTaken, String(cause))
              return false
            },
          )
          assert.equal(appended, may)
          if (appended) {
            expected.push(maker)
            mine.last++
          }
        }
        assert.deepEqual(
          await chain(id),
          expected.map((maker, number) => batchOf(number, maker)),
        )
      } finally {
        await Promise.all(clients.map((client) => client.end()))
      }
    }),
    { numRuns: 40 },
  )
})

test('publishers that append at the very same moment: one batch of each number', async () => {
  const id = await newElection()
  const clients = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new pg.Client({ connectionString: database.options.connectionString! })
      await client.connect()
      return client
    }),
  )
  let written = 0
  const publish = async (client: pg.Client, maker: string): Promise<void> => {
    for (let i = 0; i < 15; i++) {
      const term = await nextTerm(client, id)
      const { number } = (await postgresJournal(database, id).last())!
      try {
        await appendAs(client, id, term, batchOf(number + 1, `${maker} ${i}`))
        written++
      } catch (cause) {
        assert.ok(cause instanceof BatchTaken, String(cause))
      }
    }
  }
  await Promise.all(clients.map((client, i) => publish(client, `${i}`)))
  await Promise.all(clients.map((client) => client.end()))
  const batches = await chain(id)
  assert.deepEqual(
    batches.map(({ number }) => number),
    Array.from({ length: written + 1 }, (_, number) => number),
  )
})

test('one publisher leads; another waits, and leads however the first has ended', async () => {
  const id = await newElection()
  const first = postgresJournal(database, id)
  const second = postgresJournal(database, id)
  const third = postgresJournal(database, id)
  try {
    assert.equal(await first.lead(), true)
    assert.equal(await first.lead(), true, 'and confirms it again')
    assert.equal(await second.lead(), false)
    await assert.rejects(second.append(batchOf(1, 'second')), BatchTaken)
    await first.append(batchOf(1, 'first'))
    await assert.rejects(first.append(batchOf(1, 'first again')), BatchTaken)
    await assert.rejects(first.append(batchOf(3, 'a gap')), BatchTaken)
    await first.append(batchOf(2, 'first'))

    await first.close()
    assert.equal(await until('the second to lead', () => second.lead()), true)
    await assert.rejects(first.append(batchOf(3, 'first')), BatchTaken)
    await second.append(batchOf(3, 'second'))

    // Its connection is cut, as if its machine had failed.
    await cutOff(id)
    assert.equal(await until('the third to lead', () => third.lead()), true)
    await assert.rejects(second.append(batchOf(4, 'second')))
    await assert.rejects(second.confirm())
    await third.confirm()
    await third.append(batchOf(4, 'third'))
    assert.equal(await second.lead(), false)
    assert.equal((await chain(id)).length, 5)
  } finally {
    await Promise.all([first, second, third].map((journal: PostgresJournal) => journal.close()))
  }
})

test('a publisher that hangs inside a transaction is replaced, and continues without the lead', async () => {
  const id = await newElection()
  const hanging = spawn(
    process.execPath,
    [fileURLToPath(new URL('./hanging-publisher.ts', import.meta.url)), id],
    {
      env: { ...process.env, DATABASE_URL: database.options.connectionString! },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(hanging, 'exit')
  const printed = text(hanging.stdout)
  const next = postgresJournal(database, id)
  try {
    await until('it to hang', () => /State:\tT/.test(readFileSync(`/proc/${hanging.pid}/status`, 'utf8')))
    assert.equal(await until('the next to lead', () => next.lead()), true)
    await next.append(batchOf(1, 'next'))
    hanging.kill('SIGCONT')
    assert.deepEqual(await exited, [0, null])
    assert.match(await printed, /^not appended/)
    assert.equal((await chain(id)).length, 2)
  } finally {
    hanging.kill('SIGKILL')
    await next.close()
  }
})

async function cutOff(id: string): Promise<void> {
  const { rows } = await database.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend(pid) AS ended FROM pg_locks WHERE locktype = 'advisory' AND granted
       AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 8501003)`,
    [id],
  )
  assert.deepEqual(rows, [{ ended: true }])
}

test('a batch is never changed, deleted or overwritten; its election can be removed as a whole', async () => {
  const id = await newElection()
  assert.equal((await readElection(database, id))!.logKey, `log/${id}`)
  const forbidden = [
    `UPDATE log_batches SET up_to = '7' WHERE election = '${id}'`,
    `DELETE FROM log_batches WHERE election = '${id}'`,
    'TRUNCATE log_batches CASCADE',
  ]
  for (const sql of forbidden) await assert.rejects(database.query(sql), /append-only/, sql)
  // The same size twice would allow two roots of one size.
  await assert.rejects(
    inTransaction(database, async (connection) =>
      connection.query(
        'INSERT INTO log_batches SELECT election, 1, record, up_to, everything, size, root FROM ' +
          'log_batches WHERE election = $1',
        [id],
      ),
    ),
  )
  await removeElection(database, id)
  assert.deepEqual(await chain(id), [])
})
