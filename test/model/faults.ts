/** Faults that can be planted in the model, each alone, and the assertion that must find it. */

export interface Faults {
  /** The publisher tells ballots one by one once a unit has k of them. */
  readonly oneByOne?: boolean
  /** It holds back what is all alike. */
  readonly looksAtChoices?: boolean
  /** A batch stands in the order of arrival. */
  readonly orderOfArrival?: boolean
  /** A ballot's draw never changes, so that high ones are left behind and the newest are told. */
  readonly drawnForGood?: boolean
  /** A gateway shows the count as stored beside the checkpoint. */
  readonly countsBesideLog?: boolean
  /** A correction may take another option's former name. */
  readonly swapsNames?: boolean
  /** Gateways go on by the rules they began with: they take leases and read no amendments. */
  readonly staleGateway?: boolean
  /** The scan passes over voids without remembering their tags. */
  readonly resurrectsKeys?: boolean
  /** The new key leaves the desk before the void is durable. */
  readonly keyBeforeVoid?: boolean
  /** A replacement appends the new leaf and leaves the old one. */
  readonly addsLeaf?: boolean
  /** A box put back from a copy takes votes. */
  readonly restoredBoxVotes?: boolean
  /** The leader fixes where an epoch begins without waiting for leases and sweep. */
  readonly overtakesBallots?: boolean
  /** A leader journals without its term. */
  readonly unfencedLeader?: boolean
}

export type Fault = keyof Faults

/** The assertions of the model, by name. */
export type Assertion =
  | 'observer-advantage'
  | 'choices-move-something'
  | 'order-says-arrival'
  | 'figure-of-no-checkpoint'
  | 'told-otherwise'
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
