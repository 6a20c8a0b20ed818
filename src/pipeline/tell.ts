/**
 * Tell: from what each batch of the public log tells to counts that every gateway of a cluster reads, absolute, with the
 * checkpoint they belong to. No I/O of its own.
 */
import type { Choices } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import { districtRow } from '../core/tally/district-counts.ts'
import { type PluralityTally, pluralityTally } from '../core/tally/plurality.ts'
import type { ToldCheckpoint, ToldSink, ToldTotals } from '../ports/told-counts.ts'

/** What a checkpoint that is in place tells of choices. */
export interface ToldBatch extends ToldCheckpoint {
  /** Whether `groups` are all that the log tells by now, and not what this batch adds. */
  readonly all: boolean
  readonly groups: readonly { readonly district: number; readonly choices: Choices; readonly times: number }[]
}

/** @returns the step, which begins with a batch of `all`; its failure is mended by another one of those */
export function tellStep(election: Election, sink: ToldSink): (batch: ToldBatch) => Promise<void> {
  let tally: PluralityTally | undefined
  return async ({ groups, all, ...checkpoint }) => {
    if (all) tally = pluralityTally(election)
    if (tally === undefined) throw new Error('what a batch adds to is not known')
    const changed = new Set<number>()
    for (const { district, choices, times } of groups) {
      tally.fold(district, choices, times)
      changed.add(district)
    }
    const rows = [...changed].map((district) => ({
      district,
      counts: districtRow(election, tally!, district),
    }))
    await sink.tell({ ...checkpoint, rows }, rows.length === 0 ? null : totalsOf(election, tally), all)
  }
}

function totalsOf(election: Pick<Election, 'contests'>, tally: PluralityTally): ToldTotals {
  const totals = election.contests.flatMap(({ options }, c) => {
    const counts = tally.contests[c]!
    const total = new Array<number>(options.length + 2).fill(0)
    for (const ballots of counts.ballots) total[0]! += ballots
    for (const blank of counts.blank) total[1]! += blank
    for (let cell = 0; cell < counts.votes.length; cell++)
      total[2 + (cell % options.length)]! += counts.votes[cell]!
    return total
  })
  return { ballots: tally.ballots(), totals }
}
