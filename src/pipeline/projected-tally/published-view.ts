/**
 * What the public log has told of choices, as a gateway keeps it: a copy of the counts of one
 * published checkpoint at a time, and its past. No rule is asked again: what a ballot's group and
 * order are is the publisher's alone.
 */
import type { Election } from '../../core/election/definition.ts'
import { districtRows } from '../../core/tally/district-counts.ts'
import { type CountHistory, totalsOf } from '../../core/tally/history.ts'
import type { TallyCounts } from '../../core/tally/plurality.ts'
import type { CountedTree, PublishedCount } from '../../core/tally/published-tally.ts'
import { base64 } from '../../core/tlog/base64.ts'
import type { PublishedCountsStore } from '../../ports/published-counts.ts'

export interface PublishedViewDeps {
  readonly election: Election
  readonly publishedCountsStore: PublishedCountsStore
  readonly history: CountHistory
}

export interface PublishedView {
  /**
   * Takes what was told since: all of it, or nothing. @throws where storage cannot be asked, or
   * tells what cannot be
   */
  readonly ask: () => Promise<void>
  readonly count: () => PublishedCount
  /**
   * Ballots stored, for turnout: as an engine counts them, which may be behind the log, and at
   * least those told; all those of a log that is complete.
   * @param version changes with `counted`
   */
  readonly stored: (counted: TallyCounts, version: number) => TallyCounts
}

/** @throws where storage cannot be asked at the start */
export async function publishedView(deps: PublishedViewDeps): Promise<PublishedView> {
  const { election, publishedCountsStore, history } = deps
  const { tally, set } = districtRows(election)
  let batch = -1
  let checkpoint: CountedTree | null = null
  let complete = false
  let joined: { readonly version: number; readonly batch: number; readonly tally: TallyCounts } | undefined

  for (const { atMs, stored, ballots, totals } of await publishedCountsStore.past())
    history.mark({
      ...{ timeS: Math.floor(atMs / 1000), cast: stored, published: ballots },
      contests: perContest(election, totals),
    })

  return {
    ask: async () => {
      const published = await publishedCountsStore.since(batch)
      if (published === undefined || published.batch <= batch) return
      if (!set(published.rows))
        throw new Error(`what is told with batch ${published.batch} is not of this election`)
      batch = published.batch
      checkpoint = { size: published.size, root: base64(published.root) }
      complete = published.complete
      const moment = {
        timeS: Math.floor(published.atMs / 1000),
        cast: published.stored,
        published: tally.ballots(),
      }
      if (published.rows.length > 0) history.mark({ ...moment, contests: totalsOf(election, tally) })
    },
    count: () => ({ tally, checkpoint, complete }),
    stored: (counted, version) => {
      if (complete) return tally
      if (joined?.version !== version || joined.batch !== batch)
        joined = { version, batch, tally: atLeast(counted, tally) }
      return joined.tally
    },
  }
}

/** Ballots per district, of which at least those told are stored; votes are not asked of it. */
function atLeast(counted: TallyCounts, published: TallyCounts): TallyCounts {
  const larger = (a: Float64Array, b: Float64Array) => a.map((count, i) => Math.max(count, b[i]!))
  const perDistrict = larger(counted.perDistrict, published.perDistrict)
  const ballots = perDistrict.reduce((sum, count) => sum + count, 0)
  return {
    ...counted,
    contests: counted.contests.map((contest, c) => ({
      ...contest,
      ballots: larger(contest.ballots, published.contests[c]!.ballots),
    })),
    ballots: () => ballots,
    perDistrict,
  }
}

/** Totals end to end, by contest. */
function perContest({ contests }: Pick<Election, 'contests'>, totals: readonly number[]): number[][] {
  let at = 0
  return contests.map(({ options }) => {
    const from = at
    at += options.length + 2
    return totals.slice(from, at)
  })
}
