/**
 * Tell: from what each batch of the public log tells to counts that every gateway of a cluster reads, absolute, with the
 * checkpoint they belong to. No I/O of its own.
 */
import type { Choices } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import { districtRow } from '../core/tally/district-counts.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import type { ToldSink } from '../ports/told-counts.ts'

/** What a checkpoint that is in place tells of choices. */
export interface ToldBatch {
  readonly number: number
  readonly size: number
  readonly root: Uint8Array
  readonly stored: number
  readonly complete: boolean
  /** What it adds to those before. */
  readonly groups: readonly { readonly district: number; readonly choices: Choices; readonly times: number }[]
}

export interface TellDeps {
  readonly election: Election
  readonly sink: ToldSink
  /** All ballots of the log, for a batch that completes it without naming them. */
  readonly all: () => Promise<TallyCounts>
}

/**
 * @returns the step for one lead: batches come from the first on, those that were told before once more. At the one that
 *   is stored the counts are held against what is stored; later ones are added.
 */
export function tellStep({ election, sink, all }: TellDeps): (batch: ToldBatch) => Promise<void> {
  const folded = pluralityTally(election)
  const changed = new Set<number>()
  let last: number | undefined
  return async ({ number, size, root, stored, complete, groups }) => {
    for (const { district, choices, times } of groups) {
      folded.fold(district, choices, times)
      changed.add(district)
    }
    last ??= (await sink.toldBatch()) ?? NOTHING
    // A complete log may name nothing: its ballots were told together, or long ago.
    const isKnown = !complete || folded.ballots() === stored
    if (number < last || (number === last && !isKnown)) return
    const tally = isKnown ? folded : await all()
    const isWhole = complete || number === last || last === NOTHING
    const rows = (isWhole ? votedIn(tally) : [...changed]).map((district) => ({
      district,
      counts: districtRow(election, tally, district),
    }))
    const isMoment = election.results === 'live' && number > last && changed.size > 0
    const totals = isMoment ? { ballots: tally.ballots(), totals: totalsOf(election, tally) } : null
    await sink.tell({ batch: number, size, root, stored, complete, rows }, totals, isWhole)
    changed.clear()
    last = number
  }
}

const NOTHING = -1

function votedIn({ perDistrict }: TallyCounts): number[] {
  return [...perDistrict.keys()].filter((district) => perDistrict[district]! > 0)
}

function totalsOf(election: Pick<Election, 'contests'>, tally: TallyCounts): number[] {
  return election.contests.flatMap(({ options }, c) => {
    const counts = tally.contests[c]!
    const total = new Array<number>(options.length + 2).fill(0)
    for (const ballots of counts.ballots) total[0]! += ballots
    for (const blank of counts.blank) total[1]! += blank
    for (let cell = 0; cell < counts.votes.length; cell++)
      total[2 + (cell % options.length)]! += counts.votes[cell]!
    return total
  })
}
