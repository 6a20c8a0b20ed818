/** Spans of time: how finely the turnout and the count's past are kept, wherever they are kept. */

/** Seconds of a span of turnout. */
export const TURNOUT_SPAN_S = 10
/** Seconds of a span at whose end a cluster keeps the count. */
export const PAST_SPAN_S = 30
/** Points of the turnout line at most; a longer history is thinned out. */
const TURNOUT_POINTS = 300

/** Unix seconds of the end of the span a moment falls in. */
export function spanEnd(nowMs: number, spanS: number): number {
  return (Math.floor(nowMs / 1000 / spanS) + 1) * spanS
}

/**
 * The line a dashboard draws: thinned out evenly, the last point always stays, and it begins at
 * nothing one span before the first.
 * @param points Unix seconds of spans' ends and ballots by then, oldest first
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
