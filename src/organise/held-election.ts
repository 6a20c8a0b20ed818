/**
 * An election as the process that owns its folder has it: a server, or a command that opened it for
 * one change.
 */
import type { OpenLog } from './public-log.ts'

export interface HeldElection {
  /** The election's folder. */
  readonly dir: string
  /** Its journal is read and its folder may be written, but only `publish` adds entries. */
  readonly log: OpenLog
  /**
   * Publishes an amendment.
   * @param entry the text of the entry
   * @param extendedToMs when voting ends with it, if it extends voting
   * @throws if the entry is not in the log: then nothing has changed
   */
  readonly publish: (entry: string, extendedToMs?: number) => Promise<void>
  /** To be awaited after the stored roll has grown: when it resolves, late voters may vote. */
  readonly rollHasGrown: () => Promise<void>
}

/** What a change of an election needs besides its arguments. */
export interface ChangeHands {
  /** Called with a remark that is no reason to refuse the change. */
  readonly note: (words: string) => void
}

/** The entries of the log that are not ballots. */
export async function recordsOf({ deps }: OpenLog): Promise<string[]> {
  return (await deps.journal.records()).map(({ record }) => record!)
}
