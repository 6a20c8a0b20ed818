/**
 * Extensions of voting: asked for by a command, answered by whoever publishes the log (contract:
 * ports/asked-extensions.ts).
 */
import { parseRecord } from '../../core/log/record.ts'
import type { AskedExtensions } from '../../ports/asked-extensions.ts'
import type { Connection, Database } from './database.ts'

/**
 * The end was fixed, or the request given up, between the look at it and the amendment: nothing was
 * appended.
 */
export class ExtensionTooLate extends Error {
  override readonly name = 'ExtensionTooLate'
}

const EXTENDED = 'extended'
const WITHDRAWN = 'withdrawn'

export function askedExtensions(database: Database, election: string): AskedExtensions {
  return {
    next: async () => {
      const { rows } = await database.query<{ extension_id: string; closes_at: Date }>(
        `SELECT extension_id, closes_at FROM extensions
         WHERE election = $1 AND outcome IS NULL AND expires_at > now() ORDER BY extension_id LIMIT 1`,
        [election],
      )
      const row = rows[0]
      return row && { id: row.extension_id, closesAtMs: row.closes_at.getTime() }
    },
    refuse: async ({ id }, why) => {
      await answer(database, id, why)
    },
  }
}

export interface ExtensionRequest {
  /** `extended`, or why not; undefined until it is answered. */
  readonly outcome: () => Promise<string | undefined>
  /** Takes it back where nobody has answered it. @returns the outcome where somebody had */
  readonly withdraw: () => Promise<string | undefined>
}

/** @param patienceMs how long it may be granted: whoever asked may be gone by then */
export async function askForExtension(
  database: Database,
  election: string,
  closesAtMs: number,
  patienceMs: number,
): Promise<ExtensionRequest> {
  const { rows } = await database.query<{ extension_id: string }>(
    `INSERT INTO extensions (election, closes_at, expires_at)
     VALUES ($1, $2, now() + $3::double precision * interval '1 millisecond') RETURNING extension_id`,
    [election, new Date(closesAtMs), patienceMs],
  )
  const id = rows[0]!.extension_id
  const outcome = async (): Promise<string | undefined> => {
    const { rows } = await database.query<{ outcome: string | null }>(
      'SELECT outcome FROM extensions WHERE extension_id = $1',
      [id],
    )
    return rows[0]?.outcome ?? undefined
  }
  return {
    outcome,
    withdraw: async () => ((await answer(database, id, WITHDRAWN)) ? undefined : outcome()),
  }
}

export const wasExtended = (outcome: string): boolean => outcome === EXTENDED

/** @returns whether it had no answer before */
async function answer(database: Database, id: string, outcome: string): Promise<boolean> {
  const { rowCount } = await database.query(
    'UPDATE extensions SET outcome = $2 WHERE extension_id = $1 AND outcome IS NULL',
    [id, outcome],
  )
  return rowCount === 1
}

/**
 * In the transaction that appends an entry to the journal: an extension is in force from its commit
 * on, or not at all. Entries that extend nothing are passed over.
 * @throws {ExtensionTooLate}
 */
export async function extendBy(
  connection: Pick<Connection, 'query'>,
  election: string,
  entry: string,
): Promise<void> {
  const record = parseRecord(entry)
  if (record.entry !== 'amendment' || !('closesAtMs' in record.change)) return
  const closesAt = new Date(record.change.closesAtMs)
  const { rowCount: moved } = await connection.query(
    'UPDATE elections SET closes_at = $2 WHERE id = $1 AND end_fixed_at IS NULL AND polls_closed_at IS NULL',
    [election, closesAt],
  )
  if (moved !== 1)
    throw new ExtensionTooLate('voting cannot be extended any more: its end was fixed meanwhile')
  const { rowCount: asked } = await connection.query(
    `UPDATE extensions SET outcome = $3
     WHERE election = $1 AND closes_at = $2 AND outcome IS NULL AND expires_at > now()`,
    [election, closesAt, EXTENDED],
  )
  if (asked === 0) throw new ExtensionTooLate('nobody waits for the extension any more')
  await connection.query(
    "INSERT INTO events (election, event, detail) VALUES ($1, 'extended', jsonb_build_object('closes_at', $2::text))",
    [election, closesAt.toISOString()],
  )
}
