/**
 * Adds late voters to the roll of an election by an amendment in the public log.
 *
 * The journal of the log decides. First the keys go to a draft that is synced, and the new roll is
 * stored beside the old one; then the entry is written. Only what the log contains is put in place.
 * After an interruption at any point, the next process that opens the election finishes the
 * addition or undoes it (settle-addition.ts).
 */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { databaseFile, secretFile } from '../../adapters/embedded/layout.ts'
import { addedBefore } from '../../adapters/embedded/roll-addition.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { idLines, type KnownIds, refuseKnownIds } from '../../adapters/files/personal-ids.ts'
import { refuseExisting } from '../../adapters/files/private-file.ts'
import { type CheckedRoll, checkRoll } from '../../adapters/files/roll-file.ts'
import type { RollForm } from '../../adapters/files/roll-rules.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import type { Election } from '../../core/election/definition.ts'
import { amended } from '../../core/log/amended.ts'
import { type ChangeHands, type HeldElection, recordsOf } from '../held-election.ts'
import type { Progress } from '../progress.ts'
import { refuseEnded } from '../refuse-ended.ts'
import { amendRoll } from './roll-amendment.ts'
import { type Settled, settleAddition, settledInWords } from './settle-addition.ts'

export interface LateVoters {
  /** The CSV file with the late voters. */
  readonly roll: string
  /** The file for their keys. */
  readonly keys: string
  /** Rolls or key files of the voters who already have a key, CSV. */
  readonly against: readonly string[]
  /** Options about the roll's format; detected if left out. */
  readonly form?: RollForm | undefined
}

export interface AddVotersHands extends ChangeHands {
  /** Cancels the addition until the roll is decided. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** The most voters that one call may add; any number if left out. */
  readonly most?: number
}

export interface VotersAdded {
  /** The election's id. */
  readonly election: string
  readonly added: number
  /**
   * The number after the addition; null if an earlier addition of the same voters was finished and
   * no others were added.
   */
  readonly keysIssued: number | null
  /** The outcome of the earlier addition, in words; null if there was none. */
  readonly finished: string | null
}

/** @throws {BadInput} if a voter, a file or the election is unfit: then no voter was added */
export async function addVoters(
  held: HeldElection,
  voters: LateVoters,
  hands: AddVotersHands,
): Promise<VotersAdded> {
  const { dir, log } = held
  const records = await recordsOf(log)
  const settled = await settleAddition(dir, records)
  if (settled?.end === 'finished') {
    await held.rollHasGrown()
    return finishedNow(settled, log.election, voters)
  }
  if (settled !== undefined) hands.note(`elections: ${settledInWords(settled)}`)

  const { election } = amended(log.election, records)
  await refuseEnded(dir, election.closesAtMs)
  const roll = await checkedRoll(election, voters, hands)
  const ids = await idLines(roll.path, voters.form)
  const mark = markOf(dir, ids)
  const before = addedBefore(databaseFile(dir), mark)
  if (before !== undefined)
    throw new BadInput(roll.path, [{ message: `its voters were added already, at ${before}` }])
  await refuseExisting(voters.keys)
  await refuseKnown(roll, ids, voters, hands)

  const keysIssued = await amendRoll({
    held,
    roll,
    mark,
    keyFile: resolve(voters.keys),
    signal: hands.signal,
    progress: hands.progress,
    fault: orderedFault(),
  })
  return { election: election.id, added: roll.voters, keysIssued, finished: null }
}

async function checkedRoll(
  election: Election,
  { roll: path, form }: LateVoters,
  { signal, progress, note, most }: AddVotersHands,
): Promise<CheckedRoll> {
  const onOdd = (warning: string): void => note(`${path}: warning: ${warning}`)
  const roll = await progress('Checking the voter roll', signal, (onProgress) =>
    checkRoll(path, election, { form, onProgress, onOdd }),
  )
  for (const warning of roll.warnings) onOdd(warning)
  if (most !== undefined && roll.voters > most)
    throw new BadInput(path, [
      {
        message:
          `names more voters than may be added at once while a server takes ballots ` +
          `(${most.toLocaleString('en')}): stop the server, or divide the file`,
      },
    ])
  return roll
}

async function refuseKnown(
  { path }: CheckedRoll,
  ids: KnownIds,
  { against, form }: LateVoters,
  { signal, progress, note }: AddVotersHands,
): Promise<void> {
  if (against.length === 0)
    note(
      `${path}: warning: these voters were not compared with the roll; a voter who is already on it ` +
        'gets a second vote: name the earlier roll or key file with --against',
    )
  for (const other of against) {
    const odd = await progress(`Comparing with ${other}`, signal, (onProgress) =>
      refuseKnownIds(path, ids, other, { ...(form && { form }), onProgress }),
    )
    for (const words of odd) note(`${path}: warning: ${words}`)
  }
}

/**
 * The same mark for the same voters, in any file and order: it prevents a second run of a command
 * that had succeeded. It is keyed, so that a holder of the database cannot find out by trial who
 * was a late voter.
 */
function markOf(dir: string, { lines }: KnownIds): string {
  const mark = createHmac('sha256', readFileSync(secretFile(dir))).update('digital-elections/v1/added-roll')
  for (const id of [...lines.keys()].sort()) mark.update(`\n${id}`)
  return mark.digest('hex')
}

/**
 * An interrupted addition was decided already, and is finished now.
 * @throws {BadInput} if the command names other voters, or the keys are not in place
 */
function finishedNow(
  settled: Extract<Settled, { end: 'finished' }>,
  { id }: Election,
  voters: LateVoters,
): VotersAdded {
  const { addition, keys } = settled
  const words = settledInWords(settled)
  if (addition.keyFile !== resolve(voters.keys))
    throw new BadInput(voters.roll, [
      { message: `none of its voters was added yet: ${words}. Run the command again` },
    ])
  if (keys !== 'in-place') throw new BadInput(voters.keys, [{ message: words }])
  return { election: id, added: addition.added, keysIssued: null, finished: words }
}
