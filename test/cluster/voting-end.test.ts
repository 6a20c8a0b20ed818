/**
 * The end of voting in PostgreSQL: of fixing and extending at the same moment one comes first, and
 * the other does nothing.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts'
import { createElection } from '../../src/adapters/postgres/elections.ts'
import { askedExtensions, askForExtension, ExtensionTooLate } from '../../src/adapters/postgres/extensions.ts'
import { appendAs, nextTerm, postgresJournal } from '../../src/adapters/postgres/log-journal.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { pollsRecord } from '../../src/adapters/postgres/polls-record.ts'
import { votingEnds } from '../../src/adapters/postgres/voting-end.ts'
import { formatRecord } from '../../src/core/log/record.ts'
import { asHash } from '../../src/core/tlog/merkle.ts'
import type { JournalBatch } from '../../src/ports/log-journal.ts'
import { engines } from '../engines.ts'

const LATER_MS = Date.UTC(2030, 0, 1)
const ROUNDS = 60

let database: Database
let publisher: pg.Client

before(async () => {
  const { DATABASE_URL } = await engines()
  await migrate({ url: DATABASE_URL })
  database = openDatabase({ url: DATABASE_URL })
  publisher = new pg.Client({ connectionString: DATABASE_URL })
  await publisher.connect()
})
after(async () => {
  await publisher?.end()
  await database.end()
})

function batch(number: number, record: string): JournalBatch {
  const root = asHash(new Uint8Array(createHash('sha256').update(record).digest()))
  return { number, record, upTo: '', everything: false, size: number + 1, root, atMs: null }
}

async function newElection(): Promise<{ id: string; term: number }> {
  const id = `end-${randomBytes(6).toString('hex')}`
  const draft = await createElection(database, id, { text: '{}', sha256: '' }, 1)
  await draft.beginLog(`log/${id}`, batch(0, 'genesis'))
  await draft.commit()
  return { id, term: await nextTerm(publisher, id) }
}

const extended = ({ id, term }: { id: string; term: number }) =>
  appendAs(
    publisher,
    id,
    term,
    batch(
      1,
      formatRecord({ v: 2, entry: 'amendment', election: id, atMs: 1_000, change: { closesAtMs: LATER_MS } }),
    ),
  ).then(
    () => true,
    (cause) => {
      if (cause instanceof ExtensionTooLate) return false
      throw cause
    },
  )

test('gateways that fix the end and a publisher that extends it, all at once: one of them is first', async (t) => {
  const first = { fixed: 0, extended: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const election = await newElection()
    const request = await askForExtension(database, election.id, LATER_MS, 60_000)
    const ends = votingEnds(database, election.id)
    // An extension takes three statements to get to the row: either has its chance to be first.
    const [wasExtended, ...seen] = await Promise.all([
      extended(election),
      ...[0, 1, 2].map(() => sleep(Math.random() * 12).then(() => ends.fix(null))),
    ])
    const inForce = await ends.read()
    assert.deepEqual(inForce, {
      extendedToMs: wasExtended ? LATER_MS : null,
      isFixed: !wasExtended,
      isClosed: false,
    })
    for (const each of seen) assert.deepEqual(each, inForce, 'every gateway saw the outcome')
    const { size } = (await postgresJournal(database, election.id).last())!
    assert.equal(size, wasExtended ? 2 : 1, 'in force if and only if it is in the journal')
    assert.equal(await request.outcome(), wasExtended ? 'extended' : undefined)
    first[wasExtended ? 'extended' : 'fixed']++
  }
  t.diagnostic(`${first.extended} times extended, ${first.fixed} times fixed`)
})

test('an end is fixed only as it is known, and again once it was extended', async () => {
  const election = await newElection()
  const ends = votingEnds(database, election.id)
  await askForExtension(database, election.id, LATER_MS, 60_000)
  assert.ok(await extended(election))
  assert.deepEqual(await ends.fix(null), { extendedToMs: LATER_MS, isFixed: false, isClosed: false })
  assert.deepEqual(await ends.fix(LATER_MS), { extendedToMs: LATER_MS, isFixed: true, isClosed: false })
})

test('what nobody waits for any more is not granted', async () => {
  for (const givenUp of ['withdrawn', 'expired'] as const) {
    const election = await newElection()
    const asked = askedExtensions(database, election.id)
    const request = await askForExtension(database, election.id, LATER_MS, givenUp === 'expired' ? 1 : 60_000)
    if (givenUp === 'withdrawn') assert.equal(await request.withdraw(), undefined)
    else await sleep(20)
    assert.equal(await asked.next(), undefined)
    assert.equal(await extended(election), false, givenUp)
    assert.equal((await votingEnds(database, election.id).read()).extendedToMs, null)
  }
})

test('a refusal reaches who asked, and the next one is answered then', async () => {
  const election = await newElection()
  const asked = askedExtensions(database, election.id)
  const [first, second] = [
    await askForExtension(database, election.id, LATER_MS, 60_000),
    await askForExtension(database, election.id, LATER_MS + 1, 60_000),
  ]
  const extension = (await asked.next())!
  assert.equal(extension.closesAtMs, LATER_MS)
  await asked.refuse(extension, 'too late')
  assert.deepEqual([await first.outcome(), await second.outcome()], ['too late', undefined])
  assert.equal((await asked.next())?.closesAtMs, LATER_MS + 1)
  assert.equal(await first.withdraw(), 'too late')
})

test('the log says that voting has ended only once it is closed for every gateway', async () => {
  const election = await newElection()
  const end = batch(
    1,
    formatRecord({ v: 2, entry: 'end', election: election.id, atMs: LATER_MS, ballots: 0 }),
  )
  const append = () => appendAs(publisher, election.id, election.term, end)
  await assert.rejects(append(), /voting is not closed/)
  await votingEnds(database, election.id).fix(null)
  await assert.rejects(append(), /voting is not closed/, 'an end that is fixed is not reached yet')
  assert.equal((await postgresJournal(database, election.id).last())!.size, 1)
  await pollsRecord(database, election.id).recordClosed(LATER_MS)
  await append()
  assert.equal((await postgresJournal(database, election.id).last())!.size, 2)
})
