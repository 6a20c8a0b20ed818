/**
 * Settles an interrupted addition of voters: finishes it if the public log has its entry, and
 * undoes it otherwise. The journal of the log decides, wherever the interruption was. Everything
 * that opens an election to change it must call this first.
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
      /**
       * `in-the-way`: another file has the name, and the keys stay in their draft; `gone`: the keys
       * are in neither place.
       */
      readonly keys: 'in-place' | 'in-the-way' | 'gone'
    }

/**
 * The caller has locked the folder and checked the log, and no addition is in progress.
 * @param records the journal's entries that are not ballots
 * @returns undefined if there was nothing to settle
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
  if (!('roll' in change)) throw new Error('the entry of an addition of voters changes no roll')
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
    return `an interrupted addition of ${voters} was undone: the public log has no entry for it`
  return `an interrupted addition of ${voters} was finished: ${
    {
      'in-place': `their keys are in ${keyFile}`,
      'in-the-way': `their keys stay in ${keyDraft}, because ${keyFile} is another file: move that away`,
      gone: `their keys are missing; if their disk is not mounted, they are in ${keyDraft} on it`,
    }[settled.keys]
  }`
}
