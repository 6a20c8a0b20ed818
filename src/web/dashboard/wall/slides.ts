/** The slides of a wall, one after the other: every contest, turnout, and the notable districts. */
export type Slide =
  | { readonly kind: 'contest'; readonly id: string }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'turnout' }
  /**
   * The map of the districts, with a page each for leader, margin and turnout. Each round shows
   * another contest.
   */
  | { readonly kind: 'map'; readonly contest: string | null }
  /** Districts and their leaders in one contest. Each round shows another contest. */
  | { readonly kind: 'districts'; readonly contest: string | null }

/** @param turn how often the wall has turned since it was opened */
export function slideAt(
  turn: number,
  contests: readonly string[] | null,
  districts: number,
  hasMap: boolean,
): Slide {
  const leading: Slide[] = contests?.map((id) => ({ kind: 'contest', id })) ?? [{ kind: 'hidden' }]
  const length = slideCount(contests, districts, hasMap)
  const place = turn % length
  if (place < leading.length) return leading[place]!
  if (place === leading.length || districts < 2) return { kind: 'turnout' }
  const round = Math.floor(turn / length)
  const contest = contests === null ? null : contests[round % contests.length]!
  return { kind: hasMap && place === leading.length + 1 ? 'map' : 'districts', contest }
}

/** Slides of one round. */
export function slideCount(contests: readonly string[] | null, districts: number, hasMap: boolean): number {
  return (contests?.length ?? 1) + 1 + (districts > 1 ? (hasMap ? 2 : 1) : 0)
}
