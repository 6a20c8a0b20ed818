/**
 * The state of each key, by the voter's index (eligibility.ts): unused → being written → used, or
 * unused again if storage certainly refused. One owner reads and changes it in one turn of the
 * event loop, so two ballots never both find a key unused. It does not know who may vote.
 */
export interface KeySpending {
  readonly isUnused: (voter: number) => boolean
  readonly isWriting: (voter: number) => boolean
  /** Returns the sequence number of the ballot that a used key was spent on. */
  readonly ballotOf: (voter: number) => number
  readonly markWriting: (voter: number) => void
  /** @param seq the sequence number of the durable ballot, from 1 */
  readonly markUsed: (voter: number, seq: number) => void
  readonly markUnused: (voter: number) => void
  /** The number of keys spent on durable ballots. */
  readonly used: number
}
