/**
 * When voting ends, where several processes serve an election and it may still be extended.
 *
 * The contract:
 * - An end that is fixed stays what it is, for everybody and for good. Of a fixing and an extension
 *   at the same moment one comes first, and the other does nothing.
 * - An extension is in force if and only if its amendment is in the log's journal.
 */
export interface VotingEnd {
  /**
   * When voting ends, in Unix milliseconds, where it was extended; null: when its definition says.
   */
  readonly extendedToMs: number | null
  readonly isFixed: boolean
  /** Whether somebody has closed voting; its end was fixed before. */
  readonly isClosed: boolean
}

export interface VotingEnds {
  /** @throws where storage cannot be asked */
  readonly read: () => Promise<VotingEnd>
  /**
   * Fixes the end where it still is this one.
   * @param extendedToMs the end as known to the caller; null: that of the definition
   * @returns what is in force afterwards
   * @throws where storage cannot be asked; it may be fixed all the same
   */
  readonly fix: (extendedToMs: number | null) => Promise<VotingEnd>
}
