/**
 * An election made from its definition and its voter roll.
 *
 * Everything is checked before anything is written, and written out of sight before any of it is put in place. The
 * key file goes first: an election without its keys can be voted in by nobody, keys without an election do no harm.
 */
import { existsSync, rmdirSync } from 'node:fs'
import { electionDir, electionsDir } from '../adapters/embedded/layout.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { writeKeyFile } from '../adapters/files/key-file.ts'
import { refuseExisting } from '../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll, emptyDistricts, type RollCheck } from '../adapters/files/roll-file.ts'
import type { RollForm } from '../adapters/files/roll-rules.ts'
import type { Election } from '../core/election/definition.ts'
import { releaseWarnings } from '../core/tally/release-warnings.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { loadNewKeys } from './cluster/move-to-cluster.ts'
import { draftElection } from './draft-election.ts'
import type { ChangeHands } from './held-election.ts'
import { issueKeys } from './issue-keys.ts'
import { tellOwner } from './owner.ts'
import type { Progress } from './progress.ts'
import { verifierKeyIn } from './public-log.ts'

export interface NewElection {
  /** The data folder; made where it does not exist. */
  readonly dataDir: string
  /** The definition file, JSON. */
  readonly definition: string
  /** The voter roll, CSV. */
  readonly roll: string
  /** What is said of the roll's form. */
  readonly form?: RollForm | undefined
  /** Where the voter keys are written; a file that does not exist yet. */
  readonly keys: string
  /** The name of the public log; one of its own where it is left out. */
  readonly logOrigin?: string | undefined
  /** Whether it becomes the election that the short API speaks of. */
  readonly makeDefault: boolean
  /** Where its ballots will lie; null for the data folder. */
  readonly cluster: ClusterAddresses | null
}

/** `note` is told what is odd in a file, and no reason to refuse it. */
export interface NewElectionHands extends ChangeHands {
  /** Ends the work before anything is in place. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Hears of all that is found in the roll, and what says where that is. */
  readonly findings?: Pick<RollCheck, 'onFound' | 'hint'> | undefined
}

export interface MadeElection {
  readonly election: Election
  /** Keys issued. */
  readonly voters: number
  /** The key of its public log, as the organiser publishes it. */
  readonly logKey: string
  /** Whether a server that runs on the data folder serves it already. */
  readonly isServed: boolean
}

/**
 * Nothing is left behind where it is refused.
 * @throws {BadInput} {ElectionExists} {BadAddress}; what `signal` throws
 */
export async function makeElection(
  { dataDir, definition, roll: rollFile, form, keys, logOrigin, makeDefault, cluster }: NewElection,
  { signal, progress, note, findings }: NewElectionHands,
): Promise<MadeElection> {
  const { file, text, election } = await readDefinition(definition)
  await refuseExisting(keys)
  const onOdd = (warning: string): void => note(`${rollFile}: warning: ${warning}`)
  const roll = await progress('Checking the voter roll', signal, (onProgress) =>
    checkRoll(rollFile, election, { form, onProgress, onOdd, ...findings }),
  )
  for (const warning of [...roll.warnings, ...emptyDistricts(election, roll)]) onOdd(warning)
  for (const warning of releaseWarnings(election, roll.perDistrict))
    note(`${definition}: warning: ${warning}`)

  const undoFolders = newFolders([electionsDir(dataDir), dataDir])
  const draft = await draftElection({ dataDir, file, text, election, logOrigin, cluster })
  try {
    const issue = { election, roll, keys, signal, progress }
    await withKeys(issue, draft, () => draft.commit({ makeDefault }))
  } catch (error) {
    await draft.abort()
    undoFolders()
    throw error
  }
  if (cluster)
    await progress('Loading the keys into Redis', signal, (onProgress) =>
      loadNewKeys(dataDir, election.id, cluster, (loaded) => onProgress(loaded, roll.voters)),
    )
  const served = cluster ? undefined : await tellOwner(dataDir).catch(() => undefined)
  return {
    election,
    voters: roll.voters,
    logKey: verifierKeyIn(electionDir(dataDir, election.id))!,
    isServed: served?.includes(election.id) ?? false,
  }
}

interface KeysToIssue {
  readonly election: Election
  readonly roll: CheckedRoll
  /** Where they are written. */
  readonly keys: string
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** Puts the key file in place, then does `commit`; where that fails, the key file is taken back. */
async function withKeys(
  { election, roll, keys: path, signal, progress }: KeysToIssue,
  credentials: Parameters<typeof issueKeys>[2]['credentials'],
  commit: () => Promise<void>,
): Promise<void> {
  const keys = await writeKeyFile(path)
  try {
    await issueKeys(election, roll, { credentials, keys, signal }, progress)
    await keys.commit()
    signal.throwIfAborted()
    await commit()
  } catch (error) {
    await keys.abort()
    throw error
  }
}

/** Remembers which of the folders are not there yet; the function returned removes those again if they are empty. */
function newFolders(folders: readonly string[]): () => void {
  const fresh = folders.filter((folder) => !existsSync(folder))
  return () => {
    for (const folder of fresh) {
      try {
        rmdirSync(folder)
      } catch {
        // Somebody put something there, or it was never made.
      }
    }
  }
}
