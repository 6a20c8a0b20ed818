/**
 * Count: from the ballots that each batch publishes to counts that every gateway of a cluster
 * reads, absolute, with the checkpoint they belong to.
 */
import type { Election } from '../core/election/definition.ts'
import { districtRow } from '../core/tally/district-counts.ts'
import { totalsOf } from '../core/tally/history.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import type { PublishedBatch } from '../core/tally/published-batch.ts'
import type { PublishedCountsSink } from '../ports/published-counts.ts'

export interface CountPublishedDeps {
  readonly election: Election
  readonly sink: PublishedCountsSink
  /** All ballots of the log, for a batch that completes it without listing them. */
  readonly all: () => Promise<TallyCounts>
}

/**
 * @returns the step for one lead: it receives batches from the first on, including those that an
 *   earlier lead counted. At the stored batch it compares the counts with the stored ones; later
 *   batches are added.
 */
export function countPublished({
  election,
  sink,
  all,
}: CountPublishedDeps): (batch: PublishedBatch) => Promise<void> {
  const folded = pluralityTally(election)
  const changed = new Set<number>()
  let last: number | undefined
  let stored = 0
  /** Counted once, because a complete log gets no further ballots. */
  let whole: TallyCounts | undefined
  return async ({ number, size, root, stored: known, complete, groups }) => {
    stored = known ?? stored
    for (const { district, choices, times } of groups) {
      folded.fold(district, choices, times)
      changed.add(district)
    }
    last ??= (await sink.publishedBatch()) ?? NOTHING
    // A batch that completes the log may list no ballots: they were published together, or long
    // before.
    const isKnown = !complete || folded.ballots() === known
    if (number < last || (number === last && !isKnown)) return
    if (!isKnown) whole ??= await all()
    const tally = isKnown ? folded : whole!
    const isWhole = complete || number === last || last === NOTHING
    const rows = (isWhole ? votedIn(tally) : [...changed]).map((district) => ({
      district,
      counts: districtRow(election, tally, district),
    }))
    const isMoment = election.results === 'live' && number > last && changed.size > 0
    const totals = isMoment ? { ballots: tally.ballots(), totals: totalsOf(election, tally).flat() } : null
    await sink.tell({ batch: number, size, root, stored, complete, rows }, totals, isWhole)
    changed.clear()
    last = number
  }
}

const NOTHING = -1

function votedIn({ perDistrict }: TallyCounts): number[] {
  return [...perDistrict.keys()].filter((district) => perDistrict[district]! > 0)
}
