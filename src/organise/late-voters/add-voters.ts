/**
 * Late voters on the roll of an election on one machine, told in the public log.
 *
 * The journal of the log decides. The keys are written to a draft and synced, the roll as it will be beside the roll as
 * it is; then the entry. Only what the log says is put in place, so wherever this is cut off, the next that opens the
 * election finishes it or takes it back (settle-addition.ts).
 */
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  electionDir,
  secretFile,
} from '../../adapters/embedded/layout.ts'
import { lockFolder } from '../../adapters/embedded/lock.ts'
import { addedBefore } from '../../adapters/embedded/roll-addition.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { readDefinition } from '../../adapters/files/definition-file.ts'
import { idLines, refuseKnownIds } from '../../adapters/files/personal-ids.ts'
import { refuseExisting } from '../../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll } from '../../adapters/files/roll-file.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import type { Election } from '../../core/election/definition.ts'
import { amended } from '../../core/log/amended.ts'
import { checkLog } from '../../pipeline/publish/recovery.ts'
import type { Progress } from '../progress.ts'
import { ensureLog, type OpenLog, openLog } from '../public-log.ts'
import { refuseEnded } from '../refuse-ended.ts'
import { amendRoll } from './roll-amendment.ts'
import { type Settled, settleAddition, settledInWords } from './settle-addition.ts'

export interface LateVoters {
  readonly dataDir: string
  readonly id: string
  /** A CSV file of the late voters alone. */
  readonly roll: string
  /** Where their keys are written; a file that does not exist yet. */
  readonly keys: string
  /** Rolls and key files of those who have a key already. */
  readonly against: readonly string[]
  /** Heeded until the roll is decided. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Told of an addition that had been cut off and is taken back now. */
  readonly onSettled: (settled: Settled) => void
  readonly onWarning: (words: string) => void
}

type Finished = Extract<Settled, { end: 'finished' }>

export type Added =
  | { readonly end: 'added'; readonly voters: number; readonly keysIssued: number }
  /** An earlier addition of the same keys was cut off once all was decided: it is finished now, and nobody was added. */
  | { readonly end: 'finished'; readonly settled: Finished }

/**
 * Holds the folder's lock meanwhile: no server may be running on it.
 * @throws {BadInput} where nobody was added, and why; FolderInUse; BrokenLog; the signal's reason
 */
export async function addVoters(late: LateVoters): Promise<Added> {
  const dir = electionDir(late.dataDir, late.id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [
      {
        message:
          'its ballots lie on a cluster, where the roll stays as it was made: make late voters an election of their own (init --cluster)',
      },
    ])
  const lock = lockFolder(late.dataDir)
  try {
    const { election } = await readDefinition(definitionFile(dir))
    await ensureLog(dir, election)
    const log = await openLog(dir, election)
    try {
      return await addTo(dir, log, late)
    } finally {
      await log.close()
    }
  } finally {
    lock.release()
  }
}

async function addTo(dir: string, log: OpenLog, late: LateVoters): Promise<Added> {
  const { signal, progress } = late
  await checkLog(log.deps)
  const records = (await log.deps.journal.records()).map(({ record }) => record!)
  const settled = await settleAddition(dir, records)
  if (settled?.end === 'finished') return finished(settled, late)
  if (settled !== undefined) late.onSettled(settled)

  const { election } = amended(log.election, records)
  await refuseEnded(dir, election.closesAtMs)
  const roll = await checkedRoll(election, late)
  const ids = await idLines(roll.path)
  const mark = markOf(dir, ids)
  const before = addedBefore(databaseFile(dir), mark)
  if (before !== undefined)
    throw new BadInput(roll.path, [{ message: `its voters were added already, at ${before}` }])
  await refuseExisting(late.keys)
  await refuseKnown(roll, ids, late)

  const keyFile = resolve(late.keys)
  const fault = orderedFault()
  const keysIssued = await amendRoll({ dir, log, roll, mark, keyFile, signal, progress, fault })
  return { end: 'added', voters: roll.voters, keysIssued }
}

/** @throws {BadInput} where another addition was meant now, or the keys wait */
function finished(settled: Finished, { roll, keys }: LateVoters): Added {
  const words = settledInWords(settled)
  if (settled.addition.keyFile !== resolve(keys))
    throw new BadInput(roll, [{ message: `nobody of it was added yet, for ${words}. Start again` }])
  if (settled.keys !== 'in-place') throw new BadInput(keys, [{ message: words }])
  return { end: 'finished', settled }
}

async function checkedRoll(
  election: Election,
  { roll: path, signal, progress, onWarning }: LateVoters,
): Promise<CheckedRoll> {
  const roll = await progress('Checking the voter roll', signal, (onProgress) =>
    checkRoll(path, election, onProgress),
  )
  for (const warning of roll.warnings) onWarning(`${path}: warning: ${warning}`)
  return roll
}

async function refuseKnown(
  { path }: CheckedRoll,
  ids: ReadonlyMap<string, number>,
  { against, signal, progress, onWarning }: LateVoters,
): Promise<void> {
  if (against.length === 0)
    onWarning(
      `${path}: warning: nobody looked whether these voters are on the roll already, and such a one gets a second vote: ` +
        'name the roll or the key file of before with --against',
    )
  for (const other of against)
    await progress(`Comparing with ${other}`, signal, (onProgress) =>
      refuseKnownIds(path, ids, other, onProgress),
    )
}

/**
 * The same for the same voters, in whatever file and order: what stops the second run of a command that had worked. It
 * is keyed, for nobody who has the database is to find out by trying whether somebody was a late voter.
 */
function markOf(dir: string, ids: ReadonlyMap<string, number>): string {
  const mark = createHmac('sha256', readFileSync(secretFile(dir))).update('digital-elections/v1/added-roll')
  for (const id of [...ids.keys()].sort()) mark.update(`\n${id}`)
  return mark.digest('hex')
}
