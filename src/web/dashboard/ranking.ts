/** Who is where in a contest: ranks, shares and the margin that matters. Pure. */
export interface Counted {
  readonly votes: number
}

export interface Ranked<T extends Counted> {
  readonly option: T
  /** Its place in the definition. */
  readonly index: number
  /** 1 for the most votes; equal votes share a rank and the next is skipped (1, 2, 2, 4). */
  readonly rank: number
  /** Of the votes given in the contest, 0–1; null when none were. */
  readonly share: number | null
}

/** Most votes first; equal votes stay in definition order. */
export function rankOptions<T extends Counted>(options: readonly T[]): Ranked<T>[] {
  const given = votesGiven(options)
  const order = options
    .map((option, index) => ({ option, index }))
    .sort((a, b) => b.option.votes - a.option.votes || a.index - b.index)
  let rank = 1
  return order.map(({ option, index }, place) => {
    if (place > 0 && option.votes !== order[place - 1]!.option.votes) rank = place + 1
    return { option, index, rank, share: given === 0 ? null : option.votes / given }
  })
}

export function votesGiven(options: readonly Counted[]): number {
  return options.reduce((sum, option) => sum + option.votes, 0)
}

export type Margin<T extends Counted> =
  /** No votes yet, or no option would be left out. */
  | { readonly kind: 'none' }
  /** These have the same votes across the last place. */
  | { readonly kind: 'tie'; readonly options: readonly T[] }
  | {
      readonly kind: 'lead'
      readonly last: T
      readonly next: T
      readonly votes: number
      readonly share: number
    }

/** What separates the last of the first `places` from the next: who is in from who is not. */
export function marginOf<T extends Counted>(ranked: readonly Ranked<T>[], places: number): Margin<T> {
  const given = votesGiven(ranked.map(({ option }) => option))
  const last = ranked[places - 1]?.option
  const next = ranked[places]?.option
  if (given === 0 || last === undefined || next === undefined) return { kind: 'none' }
  const votes = last.votes - next.votes
  if (votes > 0) return { kind: 'lead', last, next, votes, share: votes / given }
  const options = ranked.filter(({ option }) => option.votes === last.votes).map(({ option }) => option)
  return { kind: 'tie', options }
}

/** Whether `outstanding` more ballots, each with at most one vote for an option, could undo a lead or a tie. */
export function canStillChange(margin: Margin<Counted>, outstanding: number): boolean {
  if (outstanding <= 0 || margin.kind === 'none') return false
  return margin.kind === 'tie' || margin.votes <= outstanding
}
