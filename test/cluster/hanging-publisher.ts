/**
 * A process that takes the lead of a log and is halted inside the transaction that would append a
 * batch. When it continues, it prints what happened to the batch.
 */
import pg from 'pg'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { postgresJournal } from '../../src/adapters/postgres/log-journal.ts'
import { asHash } from '../../src/core/tlog/merkle.ts'

/** Seconds. Short, because a test waits for it. */
const SILENCE_S = 2

const database = openDatabase({ url: process.env.DATABASE_URL! })
const journal = postgresJournal(database, process.argv[2]!, SILENCE_S)
if (!(await journal.lead())) throw new Error('another leads')

const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<unknown>
pg.Client.prototype.query = async function (this: pg.Client, ...args: unknown[]) {
  const answer = await query.apply(this, args)
  if (String(args[0]).includes('FOR UPDATE')) process.kill(process.pid, 'SIGSTOP')
  return answer
} as typeof pg.Client.prototype.query

const batch = { number: 1, record: null, upTo: '1', everything: false, size: 2, atMs: 1_000 }
await journal.append({ ...batch, root: asHash(new Uint8Array(32)) }).then(
  () => console.log('appended'),
  (cause: Error) => console.log(`not appended: ${cause.message}`),
)
await journal.close()
await database.end()
