/**
 * How the pipeline does: what every beat of `/results/stream` carries. Nothing in it is a count of
 * votes.
 */
export interface Pulse {
  /** Open result streams of the election. */
  readonly viewers: number
  /**
   * Milliseconds until a batch of ballots is durable, the median of the last ones; null before the
   * first.
   */
  readonly commit_ms: number | null
}
