/**
 * Changes an election through the process that owns its folder. A running server is asked over its
 * control socket; without one, this process owns the folder during the change. Only the lock
 * decides who the owner is: a socket file may remain from a process that has ended.
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
  /** Whether a running server made the change, which is then in force. */
  readonly isServed: boolean
}

/** How long to wait for a server that is just starting or stopping. */
const PATIENCE_MS = 3_000
const AGAIN_MS = 100

/**
 * Extends voting.
 * @param closesAtMs Unix milliseconds
 * @throws {BadInput} {ControlRefused} {FolderInUse} if nothing was changed; {OutcomeUnknown}
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
 * @throws {BadInput} {ControlRefused} {FolderInUse} if no voter was added; {OutcomeUnknown}
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
    ', and the roll of a cluster cannot change: create a second election for late voters (init --cluster)',
  )
  // The owner's working folder may differ from that of the command.
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
 * Asks the server of a folder to look for added and removed elections.
 * @returns the ids that it serves then; undefined if no server answers
 */
export async function askOwner(dataDir: string): Promise<readonly string[] | undefined> {
  const owner = await reachOwner(controlFile(dataDir))
  return (await owner?.look())?.map(({ id }) => id)
}

/**
 * Runs `self` as the owner of the folder, or `asked` with the process that owns it.
 * @throws {BadInput} {ControlRefused} {FolderInUse} if nothing was done; {OutcomeUnknown}
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

/** @throws {BadInput} if the owner is another user's process */
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
