/**
 * Tell: from what each batch of the public log tells to counts that every gateway of a cluster
 * reads, absolute, with the checkpoint they belong to. No I/O of its own.
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
  /** All ballots of the log, for a batch that completes it without naming them. */
  readonly all: () => Promise<TallyCounts>
}

/**
 * @returns the step for one lead: batches come from the first on, those that were told before once
 *   more. At the one that is stored the counts are held against what is stored; later ones are
 *   added.
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
  /** Counted once: where the log is complete no ballot comes. */
  let whole: TallyCounts | undefined
  return async ({ number, size, root, stored: known, complete, groups }) => {
    stored = known ?? stored
    for (const { district, choices, times } of groups) {
      folded.fold(district, choices, times)
      changed.add(district)
    }
    last ??= (await sink.publishedBatch()) ?? NOTHING
    // A complete log may name nothing: its ballots were told together, or long ago.
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
