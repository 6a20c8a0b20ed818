/**
 * One change of a served election. It runs beside the server that takes votes and decides nothing
 * itself: the server publishes the entry while voting is open, and accepts the new keys.
 */
import { rollAfter } from '../adapters/embedded/late-keys.ts'
import { databaseFile, definitionFile } from '../adapters/embedded/layout.ts'
import type { RollPage } from '../adapters/embedded/roll-pages.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { STRETCH } from '../pipeline/enrol.ts'
import { type Extended, extendVoting } from './extend.ts'
import type { HeldElection } from './held-election.ts'
import { addVoters, type LateVoters, type VotersAdded } from './late-voters/add-voters.ts'
import { openLog } from './public-log.ts'

export type ChangeAsk =
  | { readonly change: 'extend'; readonly closesAtMs: number }
  | ({ readonly change: 'add-voters' } & LateVoters)

export interface ServedChange {
  /** The election's folder. */
  readonly dir: string
  readonly ask: ChangeAsk
  /** The number of keys that the server knows. */
  readonly known: number
}

/** The server, which accepts votes during the change. */
export interface ServingSide {
  /**
   * @param extendedToMs when voting ends once the entry is published, if the change is an extension
   * @returns `ended` if voting had ended and nothing was published
   * @throws if the entry could not be written to the log
   */
  readonly publish: (entry: string, extendedToMs: number | undefined) => Promise<'published' | 'ended'>
  /** Accepts the late voters among these rows of the stored roll. */
  readonly takeRoll: (pages: readonly RollPage[]) => Promise<void>
  /** Passes a remark to the person who requested the change. */
  readonly note: (words: string) => void
  /** Cancels the change until it is decided. */
  readonly signal: AbortSignal
}

/**
 * The most voters that one change may add while votes are accepted. The roll is reordered in one
 * transaction, and ballots wait for it: a fraction of a second for this many.
 */
const MOST_VOTERS = 100_000

/** @throws {BadInput} if the change is refused and nothing was changed */
export async function changeServed(
  { dir, ask, known }: ServedChange,
  server: ServingSide,
): Promise<Extended | VotersAdded> {
  const { note, signal } = server
  const { election } = await readDefinition(definitionFile(dir))
  const log = await openLog(dir, election, { readOnly: true })
  const held: HeldElection = {
    dir,
    log,
    publish: async (entry, extendedToMs) => {
      if ((await server.publish(entry, extendedToMs)) === 'published') return
      throw new BadInput(dir, [{ message: 'voting has ended and cannot be opened again' }])
    },
    // All voters added since are among the rows that an addition sorts again.
    rollHasGrown: () => server.takeRoll(rollAfter(databaseFile(dir), Math.max(0, known - STRETCH))),
  }
  try {
    if (ask.change === 'extend') return await extendVoting(held, ask.closesAtMs, { note })
    return await addVoters(held, ask, {
      ...{ note, signal, most: MOST_VOTERS },
      progress: (_task, heeded, work) => work(() => heeded?.throwIfAborted()),
    })
  } finally {
    await log.close()
  }
}
