/**
 * Adds late voters to the roll in steps. A crash may interrupt the steps, but leaves no wrong
 * state.
 */
import { databaseFile } from '../../adapters/embedded/layout.ts'
import { beginAddition, type RollAdditionDraft } from '../../adapters/embedded/roll-addition.ts'
import { writeKeyFile } from '../../adapters/files/key-file.ts'
import type { CheckedRoll } from '../../adapters/files/roll-file.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import { formatRecord, parseRecord } from '../../core/log/record.ts'
import { districtsText, type RollCommitment, rollCommitment } from '../../core/log/roll-commitment.ts'
import { districtsPath } from '../../core/verify/beginning.ts'
import { STRETCH } from '../../pipeline/enrol.ts'
import { type HeldElection, recordsOf } from '../held-election.ts'
import { issueKeys } from '../issue-keys.ts'
import type { Progress } from '../progress.ts'
import { type OpenLog, perDistrictSha256, rollOrder } from '../public-log.ts'
import { settleAddition } from './settle-addition.ts'

export interface RollAmendment {
  /** The election; no other addition is in progress. */
  readonly held: HeldElection
  /** The late voters. */
  readonly roll: CheckedRoll
  readonly mark: string
  /** An absolute path. */
  readonly keyFile: string
  /** Cancels the addition until the roll is decided. */
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly fault: ((at: string) => void) | undefined
}

/** @returns the number of keys issued afterwards */
export async function amendRoll(amendment: RollAmendment): Promise<number> {
  const { held, fault } = amendment
  const { dir, log } = held
  const { entry, districts, size } = await stage(amendment)
  fault?.('staged')
  try {
    await log.folder.write([districts])
    fault?.('districts')
    await held.publish(entry)
  } catch (cause) {
    const settled = await settleAddition(dir, await recordsOf(log))
    if (settled?.end === 'finished') await held.rollHasGrown()
    throw cause
  }
  fault?.('decided')
  await settleAddition(dir, await recordsOf(log), fault)
  await held.rollHasGrown()
  return size
}

interface Staged {
  /** The text of the log's entry. */
  readonly entry: string
  /** Keys per district, a file of the log. */
  readonly districts: { readonly path: string; readonly bytes: Uint8Array }
  readonly size: number
}

/** Writes the keys and the new roll durably, under temporary names. */
async function stage(amendment: RollAmendment): Promise<Staged> {
  const { held, roll, mark, keyFile, signal, fault } = amendment
  const { dir, log } = held
  const addition = beginAddition(databaseFile(dir), STRETCH)
  try {
    const keys = await writeKeyFile(keyFile)
    try {
      await issueKeys(log.election, roll, { credentials: addition, keys, signal }, amendment.progress)
      const anew = await committed(log, addition, amendment)
      const perDistrict = perDistrictSha256(anew.perDistrict)
      const entry = formatRecord({
        v: log.deps.release.version,
        entry: 'amendment',
        election: log.election.id,
        atMs: Math.max(systemClock.nowMs(), await lastAmendedMs(log)),
        change: { roll: { size: anew.size(), root: anew.root(), perDistrictSha256: perDistrict } },
      })
      await keys.seal()
      fault?.('sealed')
      signal.throwIfAborted()
      addition.commit({ entry, mark, keyFile, keyDraft: keys.draft })
      const bytes = new TextEncoder().encode(districtsText(anew.perDistrict))
      return { entry, districts: { path: districtsPath(perDistrict), bytes }, size: anew.size() }
    } catch (cause) {
      await keys.abort()
      throw cause
    }
  } finally {
    addition.abort()
  }
}

function committed(
  { election, deps }: OpenLog,
  addition: RollAdditionDraft,
  { signal, progress }: RollAmendment,
): Promise<RollCommitment> {
  return progress('Hashing the roll', signal, async (onProgress) => {
    const roll = rollCommitment(nodeTreeHasher(), election.districts.length)
    for (const { credentials, districts } of addition.pages(rollOrder(deps.release.version))) {
      for (const [i, district] of districts.entries()) roll.add(credentials, i * 32, district)
      onProgress(roll.size(), addition.size())
      // Signal handlers run between two pages.
      await new Promise(setImmediate)
    }
    return roll
  })
}

/** If the clock was set back, an amendment still gets no earlier time than the one before it. */
async function lastAmendedMs({ deps }: OpenLog): Promise<number> {
  const records = (await deps.journal.records()).map(({ record }) => parseRecord(record!))
  return Math.max(0, ...records.map((record) => (record.entry === 'amendment' ? record.atMs : 0)))
}
