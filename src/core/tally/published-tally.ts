/**
 * What the public log has told of choices: the batches it told added up
 * (core/tally/published-batch.ts), under the checkpoint of the last of them. Every figure about
 * choices that the public sees comes from here, and no rule is asked again. Pure.
 */
import type { Election } from '../election/definition.ts'
import { base64 } from '../tlog/base64.ts'
import { pluralityTally, type TallyCounts } from './plurality.ts'
import type { PublishedBatch } from './published-batch.ts'

/** The tree whose checkpoint a count belongs to; `root` is base64. */
export interface CountedTree {
  readonly size: number
  readonly root: string
}

export interface PublishedCount {
  readonly tally: TallyCounts
  /** null before the first batch. */
  readonly checkpoint: CountedTree | null
  /** Nothing is held back any more: the count is that of every ballot stored. */
  readonly complete: boolean
}

export interface PublishedTally {
  /** @returns false for a batch of before, which is counted */
  readonly take: (batch: PublishedBatch) => boolean
  readonly count: () => PublishedCount
}

/**
 * @param begun where a log was complete already: only later batches are taken, and there are none
 *   but its close
 */
export function publishedTally(election: Election, begun?: Omit<PublishedCount, 'tally'>): PublishedTally {
  const tally = pluralityTally(election)
  let last = -1
  let checkpoint = begun?.checkpoint ?? null
  let complete = begun?.complete ?? false
  return {
    take: ({ number, size, root, complete: all, groups }) => {
      if (number <= last) return false
      last = number
      for (const { district, choices, times } of groups) tally.fold(district, choices, times)
      if (checkpoint === null || size > checkpoint.size) checkpoint = { size, root: base64(root) }
      complete ||= all
      return true
    },
    count: () => ({ tally, checkpoint, complete }),
  }
}

/**
 * Whether the public log tells each ballot of an election as it comes: then counts are those of the
 * ballots stored.
 */
export function isPublishedAtOnce(election: Pick<Election, 'results' | 'suppressBelow'>): boolean {
  return election.results === 'live' && election.suppressBelow <= 1
}
