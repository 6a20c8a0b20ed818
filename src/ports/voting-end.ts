/**
 * The end of voting, if several processes serve an election and it may still be extended.
 *
 * The contract:
 * - A fixed end is permanent, for every process. If a fixing and an extension happen at the same
 *   moment, one comes first, and the other has no effect.
 * - An extension is in force if and only if its amendment is in the log's journal.
 */
export interface VotingEnd {
  /**
   * The extended end of voting, Unix milliseconds; null if the end is the one of the definition.
   */
  readonly extendedToMs: number | null
  readonly isFixed: boolean
  /** Whether a process has closed voting; its end was fixed before. */
  readonly isClosed: boolean
}

export interface VotingEnds {
  /** @throws if storage cannot be read */
  readonly read: () => Promise<VotingEnd>
  /**
   * Fixes the end of voting if it still is this one.
   * @param extendedToMs the end that the caller knows; null for the one of the definition
   * @returns the state after the call
   * @throws if storage does not answer; the end may be fixed nevertheless
   */
  readonly fix: (extendedToMs: number | null) => Promise<VotingEnd>
}
