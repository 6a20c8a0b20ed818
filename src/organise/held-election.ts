/**
 * An election in the hands of the process that owns its folder, whether it serves it or opened it
 * for one change.
 */
import type { OpenLog } from './public-log.ts'

export interface HeldElection {
  /** The election's folder. */
  readonly dir: string
  /** Its journal is read, its folder may be written; entries go the way of `publish` alone. */
  readonly log: OpenLog
  /**
   * Publishes an amendment, the text of the entry.
   * @param extendedToMs when voting ends with it, where it extends voting
   * @throws where it is not in the log: nothing has changed then
   */
  readonly publish: (entry: string, extendedToMs?: number) => Promise<void>
  /** To be awaited once the stored roll has grown: the late voters may vote when it resolves. */
  readonly rollHasGrown: () => Promise<void>
}

/** What goes with the change of an election, besides its arguments. */
export interface ChangeHands {
  /** Told what is odd, and no reason to refuse the change. */
  readonly note: (words: string) => void
}

/** The entries of the log that are no ballots. */
export async function recordsOf({ deps }: OpenLog): Promise<string[]> {
  return (await deps.journal.records()).map(({ record }) => record!)
}
