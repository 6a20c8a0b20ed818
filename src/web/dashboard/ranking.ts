/** The ranks and shares of a contest's options. */
import type { ContestSnapshot, OptionSnapshot } from '../../core/status/snapshot.ts'

export interface Counted {
  readonly votes: number
}

export interface Ranked<T extends Counted> {
  readonly option: T
  /** Its place in the definition. */
  readonly index: number
  /** 1 for the most votes; equal votes share a rank and the next is skipped (1, 2, 2, 4). */
  readonly rank: number
  /**
   * Part of the votes given in the contest, or of its ballots, 0–1; null if there are no votes or
   * ballots.
   */
  readonly share: number | null
}

/**
 * Most votes first; equal votes stay in definition order.
 * @param whole the number that shares are parts of; the votes given if left out
 */
export function rankOptions<T extends Counted>(
  options: readonly T[],
  whole = votesGiven(options),
): Ranked<T>[] {
  const order = options
    .map((option, index) => ({ option, index }))
    .sort((a, b) => b.option.votes - a.option.votes || a.index - b.index)
  let rank = 1
  return order.map(({ option, index }, place) => {
    if (place > 0 && option.votes !== order[place - 1]!.option.votes) rank = place + 1
    return { option, index, rank, share: whole === 0 ? null : option.votes / whole }
  })
}

/**
 * The ranked options of a contest. Its organiser decides whether shares are parts of the votes or
 * of the ballots.
 */
export function rankContest({ options, share_of, ballots }: ContestSnapshot): Ranked<OptionSnapshot>[] {
  return rankOptions(options, share_of === 'ballots' ? ballots : undefined)
}

export function votesGiven(options: readonly Counted[]): number {
  return options.reduce((sum, option) => sum + option.votes, 0)
}
