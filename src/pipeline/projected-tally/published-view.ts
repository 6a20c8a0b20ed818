/**
 * The choices that the public log has published, as a gateway keeps them: a copy of the counts of
 * one published checkpoint at a time, and its past. Release rules are not applied again here: only
 * the publisher decides the group and order of a ballot.
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
   * Loads everything that was published since, or nothing.
   * @throws if storage cannot be reached, or has impossible counts
   */
  readonly ask: () => Promise<void>
  readonly count: () => PublishedCount
  /**
   * Stored ballots, for turnout. The engine's count may be behind the log, so each district has at
   * least its published ballots; a complete log has all of them.
   * @param version changes with `counted`
   */
  readonly stored: (counted: TallyCounts, version: number) => TallyCounts
}

/** @throws if storage cannot be reached at the start */
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
        throw new Error(`the counts published with batch ${published.batch} are not of this election`)
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

/** Ballots per district, at least the published ones; votes are not used. */
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

/** Splits concatenated totals by contest. */
function perContest({ contests }: Pick<Election, 'contests'>, totals: readonly number[]): number[][] {
  let at = 0
  return contests.map(({ options }) => {
    const from = at
    at += options.length + 2
    return totals.slice(from, at)
  })
}
