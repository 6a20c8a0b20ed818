/**
 * The permanent record that voting has closed: a clock that jumps back must not open an election
 * again whose results may have been seen.
 */
export interface PollsRecord {
  readonly wasClosed: () => Promise<boolean>
  /**
   * Records that voting has closed; durable when the promise resolves.
   * @param atMs Unix milliseconds
   * @throws if it cannot be stored; the caller keeps voting closed and tries again
   */
  readonly recordClosed: (atMs: number) => Promise<void>
}
