/**
 * Who changes an election: the process that owns its folder. Where one serves it, it is asked over
 * its control socket; where none does, this process becomes the owner for as long as the change
 * takes. The lock decides, and nothing else: a socket may be there whose process is gone.
 */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlClient, reachOwner } from '../adapters/control/client.ts'
import { controlFile } from '../adapters/embedded/layout.ts'
import { FolderInUse, lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { type Extended, extendVoting } from './extend.ts'
import type { ChangeHands } from './held-election.ts'
import { holdElection, refuseOnCluster } from './held-folder.ts'
import {
  type AddVotersHands,
  addVoters,
  type LateVoters,
  type VotersAdded,
} from './late-voters/add-voters.ts'

export interface ByOwner<Result> {
  readonly result: Result
  /** Whether a server made the change, and goes by it. */
  readonly isServed: boolean
}

/** For a server that is just coming up, or going away. */
const PATIENCE_MS = 3_000
const AGAIN_MS = 100

/**
 * Lets voting end later.
 * @param closesAtMs Unix milliseconds
 * @throws {BadInput} {ControlRefused} {FolderInUse} where nothing was changed; {OutcomeUnknown}
 */
export async function extendByOwner(
  dataDir: string,
  id: string,
  closesAtMs: number,
  hands: ChangeHands,
): Promise<ByOwner<Extended>> {
  refuseOnCluster(dataDir, id, ': add --cluster')
  return byOwner(dataDir, {
    self: () => holdElection(dataDir, id, (held) => extendVoting(held, closesAtMs, hands)),
    asked: (owner) =>
      owner.change<Extended>(
        id,
        'extend',
        { closes_at: new Date(closesAtMs).toISOString() },
        { onNote: hands.note },
      ),
  })
}

/**
 * Adds late voters.
 * @throws {BadInput} {ControlRefused} {FolderInUse} where nobody was added; {OutcomeUnknown}
 */
export async function addVotersByOwner(
  dataDir: string,
  id: string,
  voters: LateVoters,
  hands: AddVotersHands,
): Promise<ByOwner<VotersAdded>> {
  refuseOnCluster(
    dataDir,
    id,
    ', where the roll stays as it was made: make late voters an election of their own (init --cluster)',
  )
  // The owner may be in another folder than the one who typed the paths.
  const { roll, keys, against, form } = voters
  const paths = {
    roll: resolve(roll),
    keys: resolve(keys),
    against: against.map((path) => resolve(path)),
    ...(form && { form }),
  }
  return byOwner(dataDir, {
    self: () => holdElection(dataDir, id, (held) => addVoters(held, voters, hands)),
    asked: (owner) =>
      owner.change<VotersAdded>(id, 'add-voters', paths, { signal: hands.signal, onNote: hands.note }),
  })
}

/**
 * Makes the server of a folder look for elections that have come or gone.
 * @returns the ids of those it serves then; undefined where nobody answers
 */
export async function askOwner(dataDir: string): Promise<readonly string[] | undefined> {
  const owner = await reachOwner(controlFile(dataDir))
  return (await owner?.look())?.map(({ id }) => id)
}

/**
 * Does something by the owner of a folder.
 * @throws {BadInput} {ControlRefused} {FolderInUse} where nothing was done; {OutcomeUnknown}
 */
export async function byOwner<Result>(
  dataDir: string,
  how: {
    readonly self: () => Promise<Result>
    readonly asked: (owner: ControlClient) => Promise<Result>
  },
): Promise<ByOwner<Result>> {
  for (const untilMs = performance.now() + PATIENCE_MS; ; await sleep(AGAIN_MS)) {
    const lock = lockOrBusy(dataDir)
    if (!(lock instanceof FolderInUse)) {
      try {
        return { result: await how.self(), isServed: false }
      } finally {
        lock.release()
      }
    }
    const owner = await reached(dataDir)
    if (owner !== undefined) return { result: await how.asked(owner), isServed: true }
    if (performance.now() > untilMs) throw lock
  }
}

function lockOrBusy(dataDir: string): ReturnType<typeof lockFolder> | FolderInUse {
  try {
    return lockFolder(dataDir, 0)
  } catch (cause) {
    if (cause instanceof FolderInUse) return cause
    throw cause
  }
}

/** @throws {BadInput} where the owner is another user's process */
async function reached(dataDir: string): Promise<ControlClient | undefined> {
  try {
    return await reachOwner(controlFile(dataDir))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw cause
    throw new BadInput(dataDir, [
      { message: 'is served by another user’s process: change its elections as that user' },
    ])
  }
}
