/**
 * The choices that the public log has published: the sum of its batches
 * (core/tally/published-batch.ts), with the checkpoint of the last of them. Every public figure
 * about choices comes from here; the release rule is not applied again.
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
  /** Null before the first batch. */
  readonly checkpoint: CountedTree | null
  /** No ballots are held any more: the count includes every stored ballot. */
  readonly complete: boolean
}

export interface PublishedTally {
  /** @returns false for an earlier batch, which is already counted */
  readonly take: (batch: PublishedBatch) => boolean
  readonly count: () => PublishedCount
}

/**
 * Creates an empty tally.
 * @param begun the state of a log that was already complete; only its close can follow
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
 * @returns whether the public log publishes each ballot of the election as it comes; then the
 *   public counts are those of the stored ballots
 */
export function isPublishedAtOnce(election: Pick<Election, 'results' | 'suppressBelow'>): boolean {
  return election.results === 'live' && election.suppressBelow <= 1
}
