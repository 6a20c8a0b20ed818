/**
 * Extensions of voting: a command requests them, and the publisher of the log answers (contract:
 * ports/asked-extensions.ts).
 */
import { parseRecord } from '../../core/log/record.ts'
import type { AskedExtensions } from '../../ports/asked-extensions.ts'
import type { Connection, Database } from './database.ts'

/**
 * The end of voting was fixed, or the request withdrawn, between the check and the amendment:
 * nothing was appended.
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
  /** `extended`, or the reason for a refusal; undefined until the request is answered. */
  readonly outcome: () => Promise<string | undefined>
  /**
   * Withdraws the request unless it was answered.
   * @returns the outcome if it was answered before
   */
  readonly withdraw: () => Promise<string | undefined>
}

/**
 * @param patienceMs the time within which the request may be granted; afterwards the command may
 *   have ended
 */
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

/** @returns whether the request had no answer before */
async function answer(database: Database, id: string, outcome: string): Promise<boolean> {
  const { rowCount } = await database.query(
    'UPDATE extensions SET outcome = $2 WHERE extension_id = $1 AND outcome IS NULL',
    [id, outcome],
  )
  return rowCount === 1
}

/**
 * Called in the transaction that appends an entry to the journal, so that an extension takes effect
 * with its commit, or not at all. Ignores entries that extend nothing.
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
    throw new ExtensionTooLate('voting can no longer be extended: its end has been fixed in the meantime')
  const { rowCount: asked } = await connection.query(
    `UPDATE extensions SET outcome = $3
     WHERE election = $1 AND closes_at = $2 AND outcome IS NULL AND expires_at > now()`,
    [election, closesAt, EXTENDED],
  )
  if (asked === 0)
    throw new ExtensionTooLate('the command that requested the extension no longer waits for it')
  await connection.query(
    "INSERT INTO events (election, event, detail) VALUES ($1, 'extended', " +
      "jsonb_build_object('closes_at', $2::text))",
    [election, closesAt.toISOString()],
  )
}
