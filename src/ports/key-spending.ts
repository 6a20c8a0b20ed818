/**
 * "Spend it once": what became of each key, by the voter's place (eligibility.ts): unused → being
 * written → used, or unused again where storage certainly refused. One owner asks and marks, in one
 * turn of the event loop, so that no two ballots find one key unused. Who may vote is no concern of
 * it.
 */
export interface KeySpending {
  readonly isUnused: (voter: number) => boolean
  readonly isWriting: (voter: number) => boolean
  /** The sequence number of the ballot that a used key was spent on. */
  readonly ballotOf: (voter: number) => number
  readonly markWriting: (voter: number) => void
  /** @param seq the sequence number of the durable ballot, from 1 */
  readonly markUsed: (voter: number, seq: number) => void
  readonly markUnused: (voter: number) => void
  /** Keys spent on durable ballots. */
  readonly used: number
}
