/** Extends voting by an entry in the public log. The definition stays as it was submitted. */
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { amended } from '../core/log/amended.ts'
import { formatRecord } from '../core/log/record.ts'
import { type ChangeHands, type HeldElection, recordsOf } from './held-election.ts'
import { settleAddition, settledInWords } from './late-voters/settle-addition.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface Extended {
  /** The election's id. */
  readonly election: string
  /** When voting ends now, Unix milliseconds. */
  readonly closesAtMs: number
}

/**
 * @param closesAtMs the new end of voting, Unix milliseconds
 * @throws {BadInput} if voting has ended, or already ends at this time or later
 */
export async function extendVoting(
  held: HeldElection,
  closesAtMs: number,
  { note }: ChangeHands,
): Promise<Extended> {
  const { dir, log } = held
  const records = await recordsOf(log)
  const settled = await settleAddition(dir, records)
  if (settled !== undefined) note(settledInWords(settled))
  if (settled?.end === 'finished') await held.rollHasGrown()
  const { election } = amended(log.election, records)
  await refuseEnded(dir, election.closesAtMs)
  if (closesAtMs <= election.closesAtMs)
    throw new BadInput('--closes-at', [
      {
        message: `voting already ends at ${new Date(election.closesAtMs).toISOString()}: give a later time`,
      },
    ])
  const entry = formatRecord({
    v: log.deps.release.version,
    entry: 'amendment',
    election: election.id,
    atMs: systemClock.nowMs(),
    change: { closesAtMs },
  })
  await held.publish(entry, closesAtMs)
  return { election: election.id, closesAtMs }
}
