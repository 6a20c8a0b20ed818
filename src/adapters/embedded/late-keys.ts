/**
 * Keys that were issued while ballots are taken: from the end of the stored roll into memory, some
 * in each turn.
 */

import type { Credential, Tag } from '../../ports/digest.ts'
import { openElectionDatabase } from './election-database.ts'
import type { KeyIndex } from './key-index.ts'
import { type RollPage, rollRows } from './roll-pages.ts'

/** A millisecond or two of hashing. */
const AT_ONCE = 1_000

/** The roll's rows after one number, as they are stored now. @throws Error where there are gaps */
export function rollAfter(file: string, row: number): RollPage[] {
  const database = openElectionDatabase(file, { readOnly: true })
  try {
    const voters = Number(database.prepare('SELECT coalesce(max(voter), 0) AS n FROM voters').get()!.n)
    return [...rollRows(database, 'voters', row, voters)]
  } finally {
    database.close()
  }
}

export interface KeysInMemory {
  readonly keys: KeyIndex
  /** Keys issued per district; grows with them. */
  readonly eligible: Float64Array
  readonly tagOf: (credential: Credential) => Tag
}

/**
 * Adds the keys that are not known yet; each may vote from the turn on in which it is added.
 * @param nextTurn gives everybody else a turn
 * @returns how many they were
 */
export async function takeKeys(
  { keys, eligible, tagOf }: KeysInMemory,
  pages: readonly RollPage[],
  nextTurn: () => Promise<unknown>,
): Promise<number> {
  const unknown: { readonly tag: Tag; readonly district: number }[] = []
  for (const { credentials, districts } of pages) {
    const bytes = Buffer.from(credentials.buffer, credentials.byteOffset, credentials.length)
    for (const [i, district] of districts.entries()) {
      if (!(district >= 0 && district < eligible.length)) throw new Error('a late voter has no district')
      const tag = tagOf(bytes.toString('latin1', i * 32, i * 32 + 32) as Credential)
      if (keys.find(tag) === -1) unknown.push({ tag, district })
      if ((i + 1) % AT_ONCE === 0) await nextTurn()
    }
  }
  await keys.grow(unknown.length, nextTurn)
  for (const [i, { tag, district }] of unknown.entries()) {
    keys.add(tag, district)
    eligible[district]!++
    if ((i + 1) % AT_ONCE === 0) await nextTurn()
  }
  return unknown.length
}
