/**
 * What a wall shows, one thing after the other: every contest, turnout, and some of the districts. Long lists do not
 * hold up the round: each round shows the next page of them. Pure.
 */
export type Slide =
  | { readonly kind: 'contest'; readonly id: string }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'turnout' }
  /** Districts from here on, by their place in the definition. */
  | { readonly kind: 'districts'; readonly from: number; readonly contest: string | null }

export const DISTRICTS_SHOWN = 8

/** @param turn how often the wall has turned since it was opened */
export function slideAt(turn: number, contests: readonly string[] | null, districts: number): Slide {
  const leading: Slide[] = contests?.map((id) => ({ kind: 'contest', id })) ?? [{ kind: 'hidden' }]
  const many = districts > 1
  const length = slideCount(contests, districts)
  const place = turn % length
  if (place < leading.length) return leading[place]!
  if (place === leading.length || !many) return { kind: 'turnout' }
  const round = Math.floor(turn / length)
  const pages = Math.ceil(districts / DISTRICTS_SHOWN)
  const contest = contests === null ? null : contests[round % contests.length]!
  return { kind: 'districts', from: (round % pages) * DISTRICTS_SHOWN, contest }
}

/** Slides of one round. */
export function slideCount(contests: readonly string[] | null, districts: number): number {
  return (contests?.length ?? 1) + 1 + (districts > 1 ? 1 : 0)
}
