/**
 * Preloaded into a server: kills it (`kill -9`) at one step of writing the public log, named by the
 * environment variable KILL_AT: "before" or "after", then "journal end", "journal rest", "journal
 * close" for a row of the journal, or "file" and the beginning of a path in the log's folder for a
 * file that is put in place.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { StatementSync } from 'node:sqlite'

const wanted = process.env.KILL_AT

function at(when: 'before' | 'after', step: string): void {
  if (wanted === undefined || !`${when} ${step}`.startsWith(wanted)) return
  process.kill(process.pid, 'SIGKILL')
  for (;;); // Not a step more, however late the signal comes.
}

function around<Result>(step: string, work: () => Result): Result {
  at('before', step)
  const result = work()
  at('after', step)
  return result
}

if (wanted !== undefined) {
  const { run } = StatementSync.prototype
  StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
    const row = this.sourceSQL.startsWith('INSERT INTO batches') ? rowName(values) : undefined
    return row === undefined
      ? run.apply(this, values)
      : around(`journal ${row}`, () => run.apply(this, values))
  } as typeof run
  const { renameSync } = fs
  fs.renameSync = (from, to) => {
    const path = String(to).split('/log/')[1]
    return path === undefined ? renameSync(from, to) : around(`file ${path}`, () => renameSync(from, to))
  }
  syncBuiltinESMExports()
}

/** @param values of the columns batch, record, up_to, everything, … */
function rowName(values: readonly unknown[]): string {
  const [, record, , everything] = values
  if (record === null) return everything === 1 ? 'rest' : 'ballots'
  return (JSON.parse(String(record)) as { entry: string }).entry
}

/** The environment of such a server. */
export function killedAt(step: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${import.meta.url}`, KILL_AT: step }
}
