/**
 * An election made from its definition and its voter roll.
 *
 * Everything is checked before anything is written, and written out of sight before any of it is
 * put in place. The key file goes first: an election without its keys can be voted in by nobody,
 * keys without an election do no harm.
 */
import { existsSync, rmdirSync } from 'node:fs'
import type { ElectionDraft } from '../adapters/embedded/create.ts'
import { electionDir, electionsDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readNewDefinition } from '../adapters/files/definition-file.ts'
import { readPictures, type WithPictures } from '../adapters/files/definition-pictures.ts'
import { writeKeyFile } from '../adapters/files/key-file.ts'
import { refuseExisting } from '../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll, emptyDistricts, type RollCheck } from '../adapters/files/roll-file.ts'
import type { RollForm } from '../adapters/files/roll-rules.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { faultIn } from '../adapters/node/system-fault.ts'
import type { DefinitionFile, Election } from '../core/election/definition.ts'
import { releaseWarnings } from '../core/tally/release-warnings.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { draftElection } from './draft-election.ts'
import type { ChangeHands } from './held-election.ts'
import { issueKeys } from './issue-keys.ts'
import { askOwner } from './owner.ts'
import type { Progress } from './progress.ts'
import { verifierKeyIn } from './public-log.ts'
import { setAside } from './replaced-election.ts'
import { overFor, ownZone, timeNotes, timesInWords } from './times-in-words.ts'

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
  /** Whether it takes the place of the election of its id, in which nobody has voted. */
  readonly replace: boolean
  /** Whether voting in it may be over already. */
  readonly alreadyOver: boolean
}

/** `note` is told what is odd in a file, and no reason to refuse it. */
export interface NewElectionHands extends ChangeHands {
  /** Ends the work before anything is in place. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Hears of all that is found in the roll, and what says where that is. */
  readonly findings?: Pick<RollCheck, 'onFound' | 'hint'> | undefined
  /**
   * Takes a cluster's election as Kubernetes Secrets, YAML with its keys in it, once the election
   * is in place.
   */
  readonly onSecrets?: ((yaml: string) => Promise<void>) | undefined
}

export interface MadeElection {
  readonly election: Election
  /** When voting opens and ends, in words: lines. */
  readonly times: readonly string[]
  /** What is other than in the election that it replaces; null where it replaces none. */
  readonly changes: readonly string[] | null
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
  asked: NewElection,
  { signal, progress, note, findings, onSecrets }: NewElectionHands,
): Promise<MadeElection> {
  const { dataDir, definition, roll: rollFile, form, keys, cluster, replace } = asked
  const read = await readPictures(definition, await readNewDefinition(definition))
  const { file, election } = read
  refuseOver(asked, file)
  for (const warning of [...read.notes, ...timeNotes(file, ownZone())])
    note(`${definition}: warning: ${warning}`)
  if (!replace) await refuseExisting(keys)
  const onOdd = (warning: string): void => note(`${rollFile}: warning: ${warning}`)
  const roll = await progress('Checking the voter roll', signal, (onProgress) =>
    checkRoll(rollFile, election, { form, onProgress, onOdd, ...findings }),
  )
  for (const warning of [...roll.warnings, ...emptyDistricts(election, roll)]) onOdd(warning)
  for (const warning of releaseWarnings(election, roll.perDistrict))
    note(`${definition}: warning: ${warning}`)

  const replaced = replace ? await setAside({ dataDir, file, keys, voters: roll.voters }) : undefined
  try {
    await putInPlace(asked, read, { election, roll, keys, signal, progress })
  } catch (error) {
    replaced?.restore()
    throw faultIn(dataDir, error)
  }
  replaced?.discard()
  if (cluster) {
    if (onSecrets) {
      const { kubernetesSecrets } = await import('./cluster/emitted-secret.ts')
      await onSecrets(kubernetesSecrets(electionDir(dataDir, election.id), election.id))
    }
    const { loadNewKeys } = await import('./cluster/move-to-cluster.ts')
    await progress('Loading the keys into Redis', signal, (onProgress) =>
      loadNewKeys(dataDir, election.id, cluster, (loaded) => onProgress(loaded, roll.voters)),
    )
  }
  const served = cluster ? undefined : await askOwner(dataDir).catch(() => undefined)
  return {
    election,
    times: timesInWords(file, systemClock.nowMs(), ownZone()),
    changes: replaced?.changes ?? null,
    voters: roll.voters,
    logKey: verifierKeyIn(electionDir(dataDir, election.id))!,
    isServed: served?.includes(election.id) ?? false,
  }
}

/** The election whole, or nothing of it. */
async function putInPlace(asked: NewElection, read: WithPictures, issue: KeysToIssue): Promise<void> {
  const { dataDir, makeDefault, logOrigin, cluster } = asked
  const undoFolders = newFolders([electionsDir(dataDir), dataDir])
  let draft: ElectionDraft | undefined
  try {
    draft = await draftElection({ ...read, dataDir, logOrigin, cluster })
    const { commit } = draft
    await withKeys(issue, draft, () => commit({ makeDefault }))
  } catch (error) {
    await draft?.abort()
    undoFolders()
    throw error
  }
}

/** @throws {BadInput} where voting is over, and nobody said that it may be */
function refuseOver({ definition, alreadyOver }: NewElection, file: DefinitionFile): void {
  const over = overFor(file, systemClock.nowMs())
  if (over === undefined || alreadyOver) return
  throw new BadInput(definition, [
    { message: `${over}: nobody could vote. If that is meant, add --already-over` },
  ])
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

/**
 * Remembers which of the folders are not there yet; the function returned removes those again if
 * they are empty.
 */
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
