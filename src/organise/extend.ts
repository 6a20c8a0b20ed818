/** Extend: voting ends later, told in the public log. The definition stays as it was handed in. */
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
 * @param closesAtMs when voting is to end, Unix milliseconds
 * @throws {BadInput} where voting has ended, or ends later as it is
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
        message: `voting ends at ${new Date(election.closesAtMs).toISOString()} as it is: it can only be extended`,
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
