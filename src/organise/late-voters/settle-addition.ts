/**
 * An addition of voters that was cut off: finished where the public log has its entry, taken back
 * where it has not. The journal of the log decides, whatever was cut off where; so everybody who
 * opens an election to change it asks here first.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { databaseFile, logDir } from '../../adapters/embedded/layout.ts'
import {
  dropAddition,
  mergeAddition,
  type RollAddition,
  rollAddition,
} from '../../adapters/embedded/roll-addition.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { placeDraft } from '../../adapters/files/private-file.ts'
import { type AmendmentRecord, parseRecord, type RollRecord } from '../../core/log/record.ts'
import { districtsPath } from '../../core/verify/beginning.ts'

export type Settled =
  | { readonly end: 'taken-back'; readonly addition: RollAddition }
  | {
      readonly end: 'finished'
      readonly addition: RollAddition
      /** `in-the-way`: another file has the name, and the keys wait; `gone`: they are nowhere. */
      readonly keys: 'in-place' | 'in-the-way' | 'gone'
    }

/**
 * To be called with the folder locked, the log checked and no addition being made.
 * @param records the journal's entries that are no ballots
 * @returns undefined where there was nothing to settle
 */
export async function settleAddition(
  dir: string,
  records: readonly string[],
  fault?: (at: string) => void,
): Promise<Settled | undefined> {
  const file = databaseFile(dir)
  const addition = rollAddition(file)
  if (addition === undefined) return undefined
  const { roll, atMs } = amendmentOf(addition)
  if (!records.includes(addition.entry)) {
    rmSync(addition.keyDraft, { force: true })
    rmSync(join(logDir(dir), districtsPath(roll.perDistrictSha256)), { force: true })
    dropAddition(file)
    return { end: 'taken-back', addition }
  }
  if (!addition.merged) mergeAddition(file, addition, roll.size, atMs)
  fault?.('merged')
  const keys = await placeKeys(addition)
  fault?.('placed')
  if (keys !== 'in-the-way') dropAddition(file)
  return { end: 'finished', addition, keys }
}

function amendmentOf({ entry }: RollAddition): { readonly roll: RollRecord; readonly atMs: number } {
  const { change, atMs } = parseRecord(entry) as AmendmentRecord
  if (!('roll' in change)) throw new Error('an addition of voters whose entry changes no roll')
  return { roll: change.roll, atMs }
}

async function placeKeys({ keyDraft, keyFile }: RollAddition): Promise<'in-place' | 'in-the-way' | 'gone'> {
  try {
    return (await placeDraft(keyDraft, keyFile)) ? 'in-place' : 'gone'
  } catch (cause) {
    if (cause instanceof BadInput) return 'in-the-way'
    throw cause
  }
}

export function settledInWords(settled: Settled): string {
  const { added, keyFile, keyDraft } = settled.addition
  const voters = `${added.toLocaleString('en')} ${added === 1 ? 'voter' : 'voters'}`
  if (settled.end === 'taken-back')
    return `an interrupted addition of ${voters} was taken back: the public log had no word of it`
  return `an interrupted addition of ${voters} was finished: ${
    {
      'in-place': `their keys are in ${keyFile}`,
      'in-the-way': `their keys are in ${keyDraft} until ${keyFile}, which is another file, is moved away`,
      gone: `their keys are not here; if they were written to a disk that is away, they are in ${keyDraft} there`,
    }[settled.keys]
  }`
}
