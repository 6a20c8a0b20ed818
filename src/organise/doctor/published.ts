/**
 * Compares the published counts in a cluster's PostgreSQL with the public log in this folder.
 * Changes nothing.
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

/** A checkpoint may be published between the two reads: the comparison is repeated. */
const ROUNDS = 10
const ROUND_MS = 500

/** Returns an empty list if ballots are published at once, or none is published yet. */
export async function examinePublished(
  { dir, election, eligible }: Pick<ClusterElection, 'dir' | 'election' | 'eligible'>,
  database: Database,
): Promise<Finding[]> {
  if (isPublishedAtOnce(election)) return []
  const check = 'the published counts equal those of the public log'
  const store = publishedCountsStore(database, election.id)
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await sleep(ROUND_MS)
    const published = await store.since(-1)
    if (published === undefined) continue
    const { tally, set } = districtRows(election)
    if (!set(published.rows)) return [wrong(check, 'PostgreSQL has published counts of another election')]
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
        : wrong(check, `the counts published with the checkpoint of ${published.size} leaves differ`),
    ]
  }
  return [{ check: `${check} (not checked: the public log is not published in ${logDir(dir)})` }]
}

function wrong(check: string, what: string): Finding {
  return {
    check,
    wrong: what,
    remedy:
      'treat this as an alarm: keep everything as evidence; the public log and "elections ' +
      'verify" show what was published',
  }
}
