/**
 * Voters that are on a roll twice, by the same id or by one that looks like it: found by hash, then
 * proved by a second look.
 */
import { foldId } from '../../core/roll/id-fold.ts'
import { type ProblemList, problemList } from './bad-input.ts'
import type { CsvRecord } from './csv-file.ts'
import { refuseAsChanged } from './input-file.ts'
import type { RollRules, RollVoter } from './roll-rules.ts'
import { type IdHash, seenIds } from './seen-ids.ts'
import type { Table } from './table-file.ts'

/** Lines whose ids are compared in a second look; where there are more, the rest is counted. */
const MAX_SUSPECTS = 10_000

interface Suspect {
  readonly id: string
  readonly line: number
  /** The line of the first id with the same hash. */
  readonly first: number
}

export interface RollRepeats {
  /** @returns whether nobody before is suspected to be the same */
  readonly put: (personalId: string, line: number) => boolean
  readonly suspected: () => number
  /**
   * Fetches the ids that the suspects may repeat, and tells of those that really do.
   * @returns the districts of voters whose ids only share a hash with another's, and how many were
   *   told of
   */
  readonly refuse: (
    table: Table,
    isVoter: (record: CsvRecord) => boolean,
    rules: RollRules,
    problems: ProblemList,
  ) => Promise<{ readonly innocent: readonly number[]; readonly refused: number }>
}

/**
 * @param mayLookAlike whether ids that look alike are voters of their own
 * @param onUnlisted hears of the lines that no problem is kept of
 */
export function rollRepeats(
  mayLookAlike: boolean,
  hash: IdHash | undefined,
  onUnlisted: (line: number, message: string) => void = () => {},
): RollRepeats {
  const foldOf = mayLookAlike ? (id: string) => id : foldId
  const seen = seenIds(hash)
  const suspects: Suspect[] = []
  let suspected = 0
  return {
    put: (personalId, line) => {
      const first = seen.put(foldOf(personalId), line)
      if (first === 0) return true
      suspected++
      if (suspects.length < MAX_SUSPECTS) suspects.push({ id: detached(personalId), line, first })
      else onUnlisted(line, `personal_id is the same as on line ${first}, or looks like it`)
      return false
    },
    suspected: () => suspected,
    refuse: async (table, isVoter, rules, problems) => {
      const voters = await votersOn(table, suspects, isVoter, rules)
      const firstLines = new Map<string, { readonly id: string; readonly line: number }>()
      for (const { first } of suspects) {
        const id = voters.get(first)!.personalId
        firstLines.set(foldOf(id), { id, line: first })
      }
      const innocent: number[] = []
      let refused = 0
      for (const { id, line } of suspects) {
        const first = firstLines.get(foldOf(id))
        if (first === undefined) {
          firstLines.set(foldOf(id), { id, line })
          innocent.push(voters.get(line)!.district)
        } else {
          refused++
          problems.add(line, sameAs(first, id))
        }
      }
      // Ten thousand accidental pairs of 64 bits do not happen in a roll of any size.
      if (suspected > suspects.length && refused === 0)
        throw new Error('the hash of personal ids does not tell them apart')
      problems.addUnlisted(suspected - suspects.length)
      return { innocent, refused: refused + suspected - suspects.length }
    },
  }
}

function sameAs(first: { readonly id: string; readonly line: number }, id: string): string {
  return first.id === id
    ? `personal_id is the same as on line ${first.line}`
    : `personal_id looks like the one on line ${first.line} (--allow-look-alikes takes them for two people)`
}

async function votersOn(
  table: Table,
  suspects: readonly Suspect[],
  isVoter: (record: CsvRecord) => boolean,
  rules: RollRules,
): Promise<ReadonlyMap<number, RollVoter>> {
  const wanted = new Set<number>()
  for (const { line, first } of suspects) wanted.add(line).add(first)
  const voters = new Map<number, RollVoter>()
  const ignored = problemList(table.path)
  for await (const batch of table.records(ignored)) {
    for (const record of batch) {
      if (!wanted.has(record.line) || !isVoter(record)) continue
      const voter = rules.voter(record, ignored)
      if (voter !== undefined) voters.set(record.line, { ...voter, personalId: detached(voter.personalId) })
    }
    if (voters.size === wanted.size) break
  }
  if (voters.size !== wanted.size) refuseAsChanged(table.path)
  return voters
}

/** A copy that does not keep the buffer alive which the text was cut from. */
function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
