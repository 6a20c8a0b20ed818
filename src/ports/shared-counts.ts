/**
 * Wrong keys that other servers of a cluster have counted. Each server decides by what it knows at
 * that moment: it tells the others what it counted and learns what they did, both in the
 * background, and waits for neither. Where that does not go on, its own counts do.
 *
 * Names are what the caller makes of addresses and ids; they are not secret to the other servers,
 * and are kept for two minutes at most.
 */
export type CountKind =
  | 'address'
  | 'id'
  | 'token'
  /** No wrong key, but a challenge whose solution was used up. */
  | 'used'

export interface WrongKeyCount {
  readonly kind: CountKind
  /** At most 64 characters, none of them a space or a line break. */
  readonly name: string
  /** The wider network of an address, a name too; empty for others. */
  readonly within: string
  readonly times: number
}

export interface SharedCounts {
  /**
   * Takes one more into what is told next. Bounded: past it new names are dropped, and counted in
   * `state`.
   */
  readonly tell: (kind: CountKind, name: string, within: string) => void
  /** Calls back with what others have counted. */
  readonly onLearned: (listener: (counts: readonly WrongKeyCount[]) => void) => void
  readonly state: () => SharedCountsState
}

export interface SharedCountsState {
  /** Whether the last exchange succeeded. */
  readonly up: boolean
  /** Since the start. */
  readonly failures: number
  readonly dropped: number
}
