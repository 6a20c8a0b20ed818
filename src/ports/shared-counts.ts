/**
 * Wrong keys that other servers of a cluster have counted. Each server decides with what it knows
 * at that moment. It sends its counts to the others and receives theirs in the background, and
 * never waits. If the exchange fails, it uses its own counts.
 *
 * The caller derives names from addresses and ids. They are not secret to the other servers, and
 * are kept for at most two minutes.
 */
export type CountKind =
  | 'address'
  | 'id'
  | 'token'
  /** Not a wrong key, but a challenge whose solution was used. */
  | 'used'

export interface WrongKeyCount {
  readonly kind: CountKind
  /** At most 64 characters, without spaces and line breaks. */
  readonly name: string
  /** The name of an address's wider network; empty for other kinds. */
  readonly within: string
  readonly times: number
}

export interface SharedCounts {
  /**
   * Adds one to the counts that are sent next. Bounded: beyond the bound, new names are dropped and
   * counted in `state`.
   */
  readonly add: (kind: CountKind, name: string, within: string) => void
  /** Registers a listener for the counts of other servers. */
  readonly onLearned: (listener: (counts: readonly WrongKeyCount[]) => void) => void
  readonly state: () => SharedCountsState
}

export interface SharedCountsState {
  /** Whether the last exchange succeeded. */
  readonly up: boolean
  /** The number since the start. */
  readonly failures: number
  readonly dropped: number
}
