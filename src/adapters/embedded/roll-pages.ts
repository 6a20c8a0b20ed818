/**
 * The voter roll of an election database, a page at a time: for what is worked out over all of it.
 */

import type { DatabaseSync } from 'node:sqlite'
import { openElectionDatabase } from './election-database.ts'

const PAGE = 20_000
const CREDENTIAL_BYTES = 32

export interface RollPage {
  /** Credentials one after the other, 32 bytes each. */
  readonly credentials: Uint8Array
  readonly districts: readonly number[]
}

/** `row`: as the roll lies there, which it was committed to in version 1 of the protocol. */
export type RollOrder = 'credential' | 'row'

/** @throws Error where the roll has gaps */
export function* rollPages(file: string, order: RollOrder): Generator<RollPage> {
  const database = openElectionDatabase(file, { readOnly: true })
  try {
    if (order === 'credential')
      return yield* rollInOrder(database, 'SELECT credential, district FROM voters ORDER BY credential')
    const voters = Number(database.prepare('SELECT coalesce(max(voter), 0) AS n FROM voters').get()!.n)
    yield* rollRows(database, 'voters', 0, voters)
  } finally {
    database.close()
  }
}

/**
 * Rows of a roll after one number and up to another.
 * @param table made like `voters`
 * @throws Error where there are gaps
 */
export function* rollRows(
  database: DatabaseSync,
  table: string,
  after: number,
  upTo: number,
): Generator<RollPage> {
  const page = database.prepare(
    `SELECT group_concat(hex(credential), '') AS credentials, json_group_array(district) AS districts
     FROM (SELECT credential, district FROM ${table} WHERE voter > ? AND voter <= ? ORDER BY voter)`,
  )
  for (let from = after; from < upTo; from += PAGE) {
    const to = Math.min(from + PAGE, upTo)
    const row = page.get(from, to) as { credentials: string | null; districts: string }
    const credentials = Buffer.from(row.credentials ?? '', 'hex')
    if (credentials.length !== (to - from) * 32)
      throw new Error(`the roll has gaps or odd credentials between rows ${from + 1} and ${to}`)
    yield { credentials, districts: JSON.parse(row.districts) as number[] }
  }
}

/**
 * Rows that a query sorts, which is done once and on disk where there are many.
 * @param query gives `credential` and `district`
 */
export function* rollInOrder(database: DatabaseSync, query: string): Generator<RollPage> {
  let credentials = new Uint8Array(PAGE * CREDENTIAL_BYTES)
  let districts: number[] = []
  for (const { credential, district } of database.prepare(query).iterate()) {
    const bytes = credential as Uint8Array
    if (bytes.length !== CREDENTIAL_BYTES) throw new Error('the roll has odd credentials')
    credentials.set(bytes, districts.length * CREDENTIAL_BYTES)
    districts.push(Number(district))
    if (districts.length < PAGE) continue
    yield { credentials, districts }
    credentials = new Uint8Array(PAGE * CREDENTIAL_BYTES)
    districts = []
  }
  if (districts.length > 0)
    yield { credentials: credentials.subarray(0, districts.length * CREDENTIAL_BYTES), districts }
}
