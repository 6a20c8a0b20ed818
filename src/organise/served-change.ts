/**
 * One change of an election that is served. It runs beside the server that takes votes and decides
 * nothing: that server publishes the entry while voting is open, and takes the new keys.
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
  /** Keys that the server knows. */
  readonly known: number
}

/** The server that takes the votes meanwhile. */
export interface ServingSide {
  /**
   * @param extendedToMs when voting ends once it is published, where the change is an extension
   * @returns `ended` where voting had ended: nothing was published
   * @throws where the log did not take it
   */
  readonly publish: (entry: string, extendedToMs: number | undefined) => Promise<'published' | 'ended'>
  /** Takes the late voters among these rows of the stored roll. */
  readonly takeRoll: (pages: readonly RollPage[]) => Promise<void>
  /** Takes words for the one who asked. */
  readonly note: (words: string) => void
  /** Heeded until the change is decided. */
  readonly signal: AbortSignal
}

/**
 * Voters added at once while ballots are taken: the roll takes its new place in one transaction,
 * for which ballots wait, a fraction of a second for so many.
 */
const MOST_VOTERS = 100_000

/** @throws {BadInput} where the change is refused: nothing was changed */
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
      throw new BadInput(dir, [{ message: 'voting has ended, and is not opened again' }])
    },
    // Whoever was added since is among the rows that additions put in order anew.
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
