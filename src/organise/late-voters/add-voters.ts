/**
 * Late voters on the roll of an election, told in the public log.
 *
 * The journal of the log decides. The keys are written to a draft and synced, the roll as it will
 * be beside the roll as it is; then the entry. Only what the log says is put in place, so wherever
 * this is cut off, the next that opens the election finishes it or takes it back
 * (settle-addition.ts).
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
  /** The file that names them, CSV. */
  readonly roll: string
  /** The file their keys are written to. */
  readonly keys: string
  /** Rolls or key files of those who have a key already, CSV. */
  readonly against: readonly string[]
  /** What is said of the roll's form; left out, it is found out. */
  readonly form?: RollForm | undefined
}

export interface AddVotersHands extends ChangeHands {
  /** Heeded until the roll is decided. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** The most voters that may be added at once; left out, any number. */
  readonly most?: number
}

export interface VotersAdded {
  /** The election's id. */
  readonly election: string
  readonly added: number
  /**
   * By now; null where an earlier addition of the same voters was finished, and nobody was added
   * beside them.
   */
  readonly keysIssued: number | null
  /** What became of the earlier one, in words; null where there was none. */
  readonly finished: string | null
}

/** @throws {BadInput} where a voter, a file or the election is unfit: nobody was added */
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
        message: `names more voters than are added at once while a server takes ballots (${most.toLocaleString('en')}): stop the server, or divide the file`,
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
      `${path}: warning: nobody looked whether these voters are on the roll already, and such a one gets a second vote: ` +
        'name the roll or the key file of before with --against',
    )
  for (const other of against) {
    const odd = await progress(`Comparing with ${other}`, signal, (onProgress) =>
      refuseKnownIds(path, ids, other, { ...(form && { form }), onProgress }),
    )
    for (const words of odd) note(`${path}: warning: ${words}`)
  }
}

/**
 * The same for the same voters, in whatever file and order: what stops the second run of a command
 * that had worked. It is keyed, for nobody who has the database is to find out by trying whether
 * somebody was a late voter.
 */
function markOf(dir: string, { lines }: KnownIds): string {
  const mark = createHmac('sha256', readFileSync(secretFile(dir))).update('digital-elections/v1/added-roll')
  for (const id of [...lines.keys()].sort()) mark.update(`\n${id}`)
  return mark.digest('hex')
}

/**
 * An addition was cut off once everything was decided. @throws {BadInput} where another was meant
 * now, or the keys wait
 */
function finishedNow(
  settled: Extract<Settled, { end: 'finished' }>,
  { id }: Election,
  voters: LateVoters,
): VotersAdded {
  const { addition, keys } = settled
  const words = settledInWords(settled)
  if (addition.keyFile !== resolve(voters.keys))
    throw new BadInput(voters.roll, [{ message: `nobody of it was added yet, for ${words}. Start again` }])
  if (keys !== 'in-place') throw new BadInput(voters.keys, [{ message: words }])
  return { election: id, added: addition.added, keysIssued: null, finished: words }
}
