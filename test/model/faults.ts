/**
 * Faults that can be planted in the model, one at a time, and the assertions that must find them.
 */

export interface Faults {
  /** The publisher publishes ballots one by one once a unit has k of them. */
  readonly oneByOne?: boolean
  /** It holds groups in which all ballots are alike. */
  readonly looksAtChoices?: boolean
  /** The entries of a batch are in the order of arrival. */
  readonly orderOfArrival?: boolean
  /**
   * A ballot's draw never changes, so ballots with high draws are left behind and the newest are
   * published.
   */
  readonly drawnForGood?: boolean
  /** A gateway shows the count of the stored ballots beside the checkpoint. */
  readonly countsBesideLog?: boolean
  /** A correction may use a former name of another option. */
  readonly swapsNames?: boolean
  /** Gateways keep the rules they started with: they take leases, but read no amendments. */
  readonly staleGateway?: boolean
  /** The scan skips voids without remembering their tags. */
  readonly resurrectsKeys?: boolean
  /** The new key leaves the desk before the void is durable. */
  readonly keyBeforeVoid?: boolean
  /** A replacement adds the new leaf and keeps the old one. */
  readonly addsLeaf?: boolean
  /** A ballot box restored from a copy accepts votes. */
  readonly restoredBoxVotes?: boolean
  /** The leader fixes the beginning of an epoch without waiting for leases and sweep. */
  readonly overtakesBallots?: boolean
  /** A leader writes to the journal without its term. */
  readonly unfencedLeader?: boolean
}

export type Fault = keyof Faults

/** The assertions of the model, by name. */
export type Assertion =
  | 'observer-advantage'
  | 'choices-move-something'
  | 'order-says-arrival'
  | 'figure-of-no-checkpoint'
  | 'published-otherwise'
  | 'counted-twice'
  | 'counted-without-key'
  | 'acknowledged-not-counted'
  | 'acknowledged-twice'
  | 'retry-answered-otherwise'
  | 'books-do-not-balance'
  | 'judged-by-other-rules'
  | 'withdrawal-unproved'
  | 'roll-update-invalid'
  | 'correction-confuses'
  | 'log-forked'
  | 'verify'
