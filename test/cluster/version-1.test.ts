/**
 * An election on a cluster whose public log began with version 1 of the protocol: it continues by
 * that version's rules. Once closed, it is served, counted and verified as usual, even if its
 * counts were never published.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { inTransaction, openDatabase } from '../../src/adapters/postgres/database.ts'
import { formatRecord, parseRecord } from '../../src/core/log/record.ts'
import { leafHash } from '../../src/core/tlog/merkle.ts'
import { putForward } from '../moved-clock.ts'
import { logKeyOf, promised } from '../receipts.ts'
import { type ClusterElection, castVote, type Product, product, results, until } from './cluster-server.ts'

const K = 10
const VOTES = 48
/** Long enough for any machine: the test ends voting. */
const CLOSES_AFTER_MS = 900_000
const OPTIONS = ['ada', 'grace', 'alan']

/** Does in PostgreSQL what its triggers forbid: version 1 did not have these rows. */
async function rewrite(
  { site }: Product,
  tables: readonly string[],
  statement: string,
  values: readonly unknown[],
): Promise<void> {
  const database = openDatabase({ url: site.DATABASE_URL })
  try {
    await inTransaction(database, async (connection) => {
      for (const table of tables) await connection.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
      await connection.query(statement, [...values])
      for (const table of tables) await connection.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
    })
  } finally {
    await database.end()
  }
}

/**
 * Turns the log of a new election into one that version 1 began. The publisher then creates its
 * folder again.
 */
async function beginAsVersion1(on: Product, { id }: ClusterElection): Promise<void> {
  const folder = logDir(electionDir(on.dataDir, id))
  const genesis = parseRecord(readFileSync(join(folder, 'genesis.json'), 'utf8'))
  assert.equal(genesis.entry, 'genesis')
  const text = formatRecord({ ...genesis, v: 1 })
  for (const file of readdirSync(folder))
    if (file !== 'definition.json' && file !== 'districts.json')
      rmSync(join(folder, file), { recursive: true })
  writeFileSync(join(folder, 'genesis.json'), text)
  const root = leafHash(nodeTreeHasher(), Buffer.from(text))
  await rewrite(
    on,
    ['log_batches'],
    'UPDATE log_batches SET record = $2, root = $3 WHERE election = $1 AND batch = 0',
    [id, text, Buffer.from(root)],
  )
}

test('a version 1 log continues by its rules, and can be read when closed', async (t) => {
  const clock = putForward()
  const on = await product(clock)
  t.after(() => on.end())
  const closes_at = new Date(Date.now() + CLOSES_AFTER_MS).toISOString()
  const live = await on.init(80, { closes_at, suppress_below: K })
  const later = await on.init(80, { closes_at, suppress_below: K, results: 'after-close' })
  const both = [live, later]
  for (const election of both) await beginAsVersion1(on, election)
  const [gateway, publisher] = await Promise.all([
    on.serve('gateway'),
    on.serve('results', {}, '--publish-every', '0.2'),
    on.serve('tally'),
  ])
  const voted = new Map(both.map(({ id }) => [id, [0, 0, 0]]))
  const receipts = new Map(both.map(({ id }) => [id, [] as string[]]))
  for (const election of both)
    for (const [i, key] of election.take(VOTES).entries()) {
      const answer = await castVote(gateway.url, election.id, key, OPTIONS[i % 5 === 0 ? 1 : 0]!)
      assert.equal(answer.status, 201)
      const text = await answer.text()
      assert.equal(promised(text, logKeyOf(on.dataDir, election.id)).term.v, 1)
      receipts.get(election.id)!.push(text)
      voted.get(election.id)![i % 5 === 0 ? 1 : 0]!++
    }
  const released = await until('its gate to release ballots', async () => {
    const now = await results(gateway.url, live.id)
    return now.checkpoint !== null && now.held! < VOTES && now
  })
  assert.equal(released.phase, 'open')
  assert.equal((await results(gateway.url, later.id)).contests, null)

  clock.to(Date.parse(closes_at))
  const closedAt = (url: string, { id }: ClusterElection) =>
    until(`the close at ${url}`, async () => {
      const now = await results(url, id)
      return now.log?.closed && now.held === 0 && now.invariant.matches_log && now.invariant.holds && now
    })
  const state = () => join(on.dir, `${randomBytes(4).toString('hex')}.json`)
  const check = async (url: string, election: ClusterElection) => {
    const closed = await closedAt(url, election)
    assert.deepEqual(
      closed.contests![0]!.options.map(({ votes }) => votes),
      voted.get(election.id),
    )
    // No end entry: genesis, ballots, close.
    assert.equal(closed.log?.size, VOTES + 2)
    const recount = await on.cli('tally', '--election', election.id, '--json')
    assert.equal(recount.code, 0, recount.stderr)
    assert.equal(await (await fetch(`${url}/elections/${election.id}/results.json`)).text(), recount.stdout)
    const receiptFile = join(on.dir, `${election.id}.receipt.json`)
    writeFileSync(receiptFile, receipts.get(election.id)![7]!)
    const verified = await on.cliWithoutData(
      ...['verify', publisher.url, '--election', election.id],
      ...['--receipt', receiptFile, '--state', state()],
    )
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  }
  for (const election of both) await check(gateway.url, election)

  // As version 1 left such a log: closed, and without published counts.
  await Promise.all([gateway.stop(), publisher.stop()])
  for (const { id } of both)
    for (const table of ['told_totals', 'told_counts', 'told'])
      await rewrite(on, [table], `DELETE FROM ${table} WHERE election = $1`, [id])
  for (const election of both) {
    const recount = await on.cli('tally', '--election', election.id, '--json')
    assert.equal(recount.code, 0, recount.stderr)
    const { held } = JSON.parse(recount.stdout) as { held: number }
    assert.equal(held, 0)
  }
  const again = await on.serve('gateway')
  await on.serve('results')
  for (const election of both)
    assert.deepEqual(
      (await closedAt(again.url, election)).contests![0]!.options.map(({ votes }) => votes),
      voted.get(election.id),
    )
  const doctor = await on.cli('doctor')
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr)
})
