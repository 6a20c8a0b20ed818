/**
 * Looks over what a cluster tells of choices: that it is what the public log in this folder tells;
 * changes nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '../../adapters/embedded/examine.ts'
import { logDir } from '../../adapters/embedded/layout.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { publishedCountsStore } from '../../adapters/postgres/published-counts.ts'
import { districtRows } from '../../core/tally/district-counts.ts'
import { totalsOf } from '../../core/tally/history.ts'
import { isPublishedAtOnce } from '../../core/tally/published-tally.ts'
import type { ClusterElection } from '../cluster/cluster-election.ts'
import { publishedInLog } from '../published-count.ts'

/** A checkpoint may be published between two looks. */
const ROUNDS = 10
const ROUND_MS = 500

/** Nothing where ballots are told as they come, or before any was. */
export async function examinePublished(
  { dir, election, eligible }: Pick<ClusterElection, 'dir' | 'election' | 'eligible'>,
  database: Database,
): Promise<Finding[]> {
  if (isPublishedAtOnce(election)) return []
  const check = 'what is told of choices is what the public log tells'
  const store = publishedCountsStore(database, election.id)
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await sleep(ROUND_MS)
    const published = await store.since(-1)
    if (published === undefined) continue
    const { tally, set } = districtRows(election)
    if (!set(published.rows)) return [wrong(check, 'PostgreSQL holds told counts of another election')]
    const log = await publishedInLog(dir, election, eligible).catch((cause) => {
      if (cause instanceof BadInput) return cause
      throw cause
    })
    if (log instanceof BadInput) return [wrong(check, log.message)]
    if (log.checkpoint?.size !== published.size) continue
    const same = JSON.stringify(totalsOf(election, log.tally)) === JSON.stringify(totalsOf(election, tally))
    return [
      same
        ? { check }
        : wrong(check, `the counts told with the checkpoint of ${published.size} leaves are others`),
    ]
  }
  return [{ check: `${check} (not looked at: ${logDir(dir)} is not where the log is published)` }]
}

function wrong(check: string, what: string): Finding {
  return {
    check,
    wrong: what,
    remedy: 'an alarm: keep everything as evidence; the public log and "elections verify" say what was told',
  }
}
