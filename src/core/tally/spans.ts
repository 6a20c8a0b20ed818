/** Spans of time: the resolution in which the turnout and the past count are stored. */

/** The length of a turnout span, in seconds. */
export const TURNOUT_SPAN_S = 10
/** The interval in seconds at which a cluster stores the count. */
export const PAST_SPAN_S = 30
/** The most points of the turnout line; a longer history is thinned out. */
const TURNOUT_POINTS = 300

/** @returns the end of the span that a moment belongs to, Unix seconds */
export function spanEnd(nowMs: number, spanS: number): number {
  return (Math.floor(nowMs / 1000 / spanS) + 1) * spanS
}

/**
 * The line that a dashboard draws: thinned out evenly, always with the last point, and beginning at
 * 0 one span before the first.
 * @param points the ends of spans in Unix seconds and the ballots by then, oldest first
 */
export function turnoutLine(
  points: readonly (readonly [number, number])[],
  spanS: number,
): (readonly [number, number])[] {
  if (points.length === 0) return []
  const step = Math.ceil(points.length / TURNOUT_POINTS)
  return [
    [points[0]![0] - spanS, 0],
    ...points.filter((_, i) => (i + 1) % step === 0 || i === points.length - 1),
  ]
}
