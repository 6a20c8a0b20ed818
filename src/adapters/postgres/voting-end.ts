/**
 * When voting ends, in the election's row (contract: ports/voting-end.ts): its lock puts fixing and
 * extending in an order.
 */

import { parseRecord } from '../../core/log/record.ts'
import type { VotingEnd, VotingEnds } from '../../ports/voting-end.ts'
import type { Connection, Database } from './database.ts'

interface Row {
  readonly closes_at: Date | null
  readonly fixed: boolean
  readonly closed: boolean
}

/**
 * What says nothing is asked anew over another connection: a gateway at the end of voting hangs on
 * the answer.
 */
const ANSWER_WITHIN_MS = 3_000

const bounded = (text: string, ...values: unknown[]) => ({ text, values, query_timeout: ANSWER_WITHIN_MS })

export function votingEnds(database: Database, election: string): VotingEnds {
  const read = async (): Promise<VotingEnd> => {
    const { rows } = await database.query<Row>(
      bounded(
        `SELECT closes_at, end_fixed_at IS NOT NULL AS fixed, polls_closed_at IS NOT NULL AS closed
         FROM elections WHERE id = $1`,
        election,
      ),
    )
    const row = rows[0]
    if (row === undefined) throw new Error(`PostgreSQL has no election "${election}"`)
    const { closes_at, fixed, closed } = row
    return { extendedToMs: closes_at?.getTime() ?? null, isFixed: fixed || closed, isClosed: closed }
  }
  return {
    read,
    fix: async (extendedToMs) => {
      await database.query(
        bounded(
          `UPDATE elections SET end_fixed_at = now()
           WHERE id = $1 AND end_fixed_at IS NULL AND closes_at IS NOT DISTINCT FROM $2::timestamptz`,
          election,
          extendedToMs === null ? null : new Date(extendedToMs),
        ),
      )
      return read()
    },
  }
}

/**
 * In the transaction that appends an entry to the journal: voting has ended by the log only where
 * it was closed for good, for every gateway. Other entries are passed over.
 * @throws where voting is not closed
 */
export async function endBy(
  connection: Pick<Connection, 'query'>,
  election: string,
  entry: string,
): Promise<void> {
  if (parseRecord(entry).entry !== 'end') return
  const { rowCount } = await connection.query(
    'SELECT FROM elections WHERE id = $1 AND polls_closed_at IS NOT NULL FOR SHARE',
    [election],
  )
  if (rowCount !== 1)
    throw new Error('voting is not closed, so that the public log cannot say that it has ended')
}
