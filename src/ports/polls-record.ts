/**
 * That voting has closed, remembered for good: a clock that jumps back must not open an election
 * again whose results may have been seen.
 */
export interface PollsRecord {
  readonly wasClosed: () => Promise<boolean>
  /**
   * Durable when it resolves. @throws where it cannot be stored; the caller keeps polls closed and
   * tries again
   */
  readonly recordClosed: (atMs: number) => Promise<void>
}
