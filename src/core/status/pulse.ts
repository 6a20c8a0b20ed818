/**
 * The state of the pipeline, which every beat of `/results/stream` carries. It has no count of
 * votes.
 */
export interface Pulse {
  /** The number of open result streams of the election. */
  readonly viewers: number
  /**
   * The median time until a recent batch of ballots was durable, in milliseconds; null before the
   * first.
   */
  readonly commit_ms: number | null
}
