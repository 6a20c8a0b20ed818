/**
 * A publisher dies or hangs at each step of ending a log; another one continues, and the log is the
 * same.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { electionDir, logDir } from '../../src/adapters/embedded/layout.ts'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresJournal } from '../../src/adapters/postgres/log-journal.ts'
import { parseRecord } from '../../src/core/log/record.ts'
import { putForward } from '../moved-clock.ts'
import { type ClusterElection, castVote, type Product, product, results, until } from './cluster-server.ts'
import { watchLog } from './watched-log.ts'

const K = 10
const VOTES = 45
/** Long enough for any machine: the test ends voting. */
const CLOSES_AFTER_MS = 900_000
const FAST = ['--publish-every', '0.2']
const OPTIONS = ['ada', 'grace', 'alan']

/** The kinds of the batches in an election's journal. */
async function journalOf({ site }: Product, { id }: ClusterElection): Promise<string[]> {
  const database = openDatabase({ url: site.DATABASE_URL })
  try {
    const kinds: string[] = []
    for await (const { record, everything } of postgresJournal(database, id).batches(0))
      kinds.push(record === null ? (everything ? 'rest' : 'ballots') : parseRecord(record).entry)
    return kinds
  } finally {
    await database.end()
  }
}

async function endsWith(t: TestContext, fault: string, results_: 'live' | 'after-close'): Promise<void> {
  const clock = putForward()
  const on = await product(clock)
  try {
    const closesAtMs = Date.now() + CLOSES_AFTER_MS
    const closes_at = new Date(closesAtMs).toISOString()
    const election = await on.init(80, { closes_at, suppress_below: K, results: results_ })
    // The next publisher has another folder, and creates the files from the journal.
    const elsewhere = join(on.dir, 'elsewhere')
    cpSync(on.dataDir, elsewhere, { recursive: true })
    const gateway = await on.serve('gateway')
    const first = await on.serve('results', { ELECTIONS_FAULT: fault }, ...FAST)
    const folder = logDir(electionDir(on.dataDir, election.id))
    const watched = watchLog([gateway.url, first.url], election.id, folder)
    const trackers: string[] = []
    const voted = [0, 0, 0]
    for (const [i, key] of election.take(VOTES).entries()) {
      const answer = await castVote(gateway.url, election.id, key, OPTIONS[i % 3]!)
      assert.equal(answer.status, 201)
      trackers.push(((await answer.json()) as { tracker: string }).tracker)
      voted[i % 3]!++
    }
    // On a busy machine a server is ready before its publisher leads, so the second could lead
    // first.
    await until('the first to lead', async () => (await results(first.url, election.id)).log !== null)
    const second = await on.serve('results', {}, '--data', elsewhere, ...FAST)
    clock.to(closesAtMs)
    if (fault.startsWith('halt ')) {
      await until('the first to halt', () => /State:\tT/.test(statusOf(first.pid)))
    } else assert.equal(await first.ended(), 'SIGKILL', first.stderr())
    const done = await until('the other to end the log', async () => {
      const now = await results(second.url, election.id)
      return now.log?.closed && now.held === 0 && now
    })
    assert.deepEqual(
      done.contests![0]!.options.map(({ votes }) => votes),
      voted,
    )
    if (fault.startsWith('halt ')) {
      process.kill(first.pid, 'SIGCONT')
      await until('the first to see that it lost the lead', () =>
        /another process publishes|publishing failed/.test(first.stderr()),
      )
    }
    const kinds = await journalOf(on, election)
    assert.deepEqual(
      kinds.filter((kind) => kind !== 'ballots'),
      ['genesis', 'end', 'rest', 'close'],
    )
    assert.deepEqual(kinds.slice(-3), ['end', 'rest', 'close'], 'no other entry is between them')
    await watched.stop()
    const again = watchLog([second.url], election.id, logDir(electionDir(elsewhere, election.id)))
    await again.assertHolds(trackers, 3)
    assert.ok(watched.size() <= VOTES + 3)
    const state = join(on.dir, `${randomBytes(4).toString('hex')}.json`)
    const verified = await on.cliWithoutData(
      'verify',
      second.url,
      '--election',
      election.id,
      '--state',
      state,
    )
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
    const shown = await until('the gateway to show all of it', async () => {
      const now = await results(gateway.url, election.id)
      return now.held === 0 && now
    })
    assert.deepEqual(shown.contests, done.contests)
    t.diagnostic(`${fault}: ${kinds.join(' ')}`)
  } finally {
    await on.end()
  }
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8')
}

/** Those that hang come first, because they take longest. */
const FAULTS = [
  ['halt before-end', 'after-close'],
  ['halt before-rest', 'live'],
  ['halt before-telling', 'after-close'],
  ['before-end', 'live'],
  ['after-end', 'live'],
  ['before-rest', 'after-close'],
  ['after-rest', 'live'],
  ['after-rest', 'after-close'],
  ['before-telling', 'live'],
  ['before-close', 'after-close'],
  ['after-close', 'live'],
] as const

// Each mostly waits: for servers to start, and 8 s for the last ballots to be swept.
test('if a publisher dies or hangs at any step, another continues the same log', { concurrency: 4 }, (t) =>
  Promise.all(
    FAULTS.map(([fault, results]) =>
      t.test(`${fault}, results ${results}`, (t) => endsWith(t, fault, results)),
    ),
  ).then(() => {}),
)
