/**
 * The published counts of choices in PostgreSQL (contract: ports/published-counts.ts): written
 * under the publisher's term, readable for all processes.
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import { parseRecord } from '../../core/log/record.ts'
import type { DistrictCounts } from '../../core/tally/district-counts.ts'
import type {
  PublishedCounts,
  PublishedCountsStore,
  PublishedMoment,
  PublishedTotals,
} from '../../ports/published-counts.ts'
import type { Connection, Database } from './database.ts'
import { CHANNEL } from './result-sink.ts'

/** A day has a few tens of thousands of batches; a history shows some hundreds of moments. */
const MOST_MOMENTS = 500
/** PostgreSQL's code for a violated check, also of the triggers (migrations/006). */
const CHECK_VIOLATION = '23514'

interface Row {
  readonly batch: string
  readonly size: string
  readonly root: Buffer
  readonly at: Date
  readonly stored: string
  readonly complete: boolean
  readonly district: number | null
  readonly counts: number[] | null
}

export function publishedCountsStore(database: Database, election: string): PublishedCountsStore {
  return {
    since: async (batch) => {
      // A single statement reads one snapshot, so the rows belong to the checkpoint that they come
      // with.
      const { rows } = await database.query<Row>(
        `SELECT told.batch, size, root, at, stored, complete, district, counts
         FROM told JOIN log_batches USING (election, batch)
         LEFT JOIN told_counts c ON c.election = told.election AND c.batch > $2
         WHERE told.election = $1`,
        [election, batch],
      )
      const first = rows[0]
      return (
        first && {
          batch: Number(first.batch),
          size: Number(first.size),
          root: new Uint8Array(first.root),
          atMs: first.at.getTime(),
          stored: Number(first.stored),
          complete: first.complete,
          rows: rows.flatMap(({ district, counts }): DistrictCounts[] =>
            district === null || counts === null ? [] : [{ district, counts }],
          ),
        }
      )
    },
    close: async () => {
      const { rows } = await database.query<{ record: string }>(
        'SELECT record FROM log_batches WHERE election = $1 AND record IS NOT NULL ' +
          'ORDER BY batch DESC LIMIT 1',
        [election],
      )
      const record = rows[0]?.record
      return record !== undefined && parseRecord(record).entry === 'close' ? record : undefined
    },
    past: async () => {
      const { rows } = await database.query<{ at: Date; stored: string; ballots: string; totals: string[] }>(
        `SELECT at, stored, ballots, totals FROM (
           SELECT batch, stored, ballots, totals,
             row_number() OVER (ORDER BY batch DESC) - 1 AS later, count(*) OVER () AS moments
           FROM told_totals WHERE election = $1) AS t
         JOIN log_batches b ON b.election = $1 AND b.batch = t.batch
         WHERE later % ceil(moments / $2::numeric) = 0 ORDER BY t.batch`,
        [election, MOST_MOMENTS],
      )
      return rows.map(
        ({ at, stored, ballots, totals }): PublishedMoment => ({
          atMs: at.getTime(),
          stored: Number(stored),
          ballots: Number(ballots),
          totals: totals.map(Number),
        }),
      )
    },
  }
}

/**
 * Called in a transaction of the publisher: moves the published counts to a checkpoint of the
 * journal whose files are in place.
 * @throws {BrokenLog} if the stored counts do not belong to this log
 */
export async function storeCounts(
  connection: Pick<Connection, 'query'>,
  election: string,
  counts: PublishedCounts,
  totals: PublishedTotals | null,
  all: boolean,
): Promise<void> {
  try {
    const before = await publishedBatch(connection, election)
    await moveTo(connection, election, counts)
    const changed = await setRows(connection, election, counts)
    if (before === counts.batch && changed > 0)
      throw new BrokenLog(`the published counts of batch ${counts.batch} are not those of the public log`)
    if (all) await refuseOthers(connection, election, counts.rows)
    if (totals !== null)
      await connection.query(
        'INSERT INTO told_totals VALUES ($1, $2, $3, $4, $5) ON CONFLICT (election, batch) DO NOTHING',
        [election, counts.batch, counts.stored, totals.ballots, totals.totals],
      )
    if (before !== counts.batch) await connection.query('SELECT pg_notify($1, $2)', [CHANNEL, election])
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== CHECK_VIOLATION) throw cause
    throw new BrokenLog(
      `PostgreSQL has counts that the public log does not have: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}

/** @returns the batch to which the stored counts belong */
export async function publishedBatch(
  connection: Pick<Database, 'query'>,
  election: string,
): Promise<number | undefined> {
  const { rows } = await connection.query<{ batch: string }>('SELECT batch FROM told WHERE election = $1', [
    election,
  ])
  return rows[0] && Number(rows[0].batch)
}

async function moveTo(
  connection: Pick<Connection, 'query'>,
  election: string,
  { batch, size, root, stored, complete }: PublishedCounts,
): Promise<void> {
  const { rowCount } = await connection.query(
    `INSERT INTO told SELECT election, batch, $5, $6 FROM log_batches
     WHERE election = $1 AND batch = $2 AND size = $3 AND root = $4
     ON CONFLICT (election) DO UPDATE
       SET batch = excluded.batch, stored = excluded.stored, complete = excluded.complete`,
    [election, batch, size, Buffer.from(root), stored, complete],
  )
  if (rowCount !== 1) throw new BrokenLog(`the checkpoint of ${size} leaves is not one of the journal's`)
}

/** @returns the number of changed rows */
async function setRows(
  connection: Pick<Connection, 'query'>,
  election: string,
  { batch, rows }: PublishedCounts,
): Promise<number> {
  if (rows.length === 0) return 0
  const { rowCount } = await connection.query(
    `INSERT INTO told_counts SELECT $1, district, counts::integer[], $2
     FROM unnest($3::integer[], $4::text[]) AS told (district, counts)
     ON CONFLICT (election, district) DO UPDATE SET counts = excluded.counts, batch = excluded.batch
       WHERE told_counts.counts <> excluded.counts`,
    [
      election,
      batch,
      rows.map(({ district }) => district),
      rows.map(({ counts }) => `{${counts.join(',')}}`),
    ],
  )
  return rowCount ?? 0
}

async function refuseOthers(
  connection: Pick<Connection, 'query'>,
  election: string,
  rows: readonly DistrictCounts[],
): Promise<void> {
  const { rows: others } = await connection.query<{ district: number }>(
    'SELECT district FROM told_counts WHERE election = $1 AND district <> ALL ($2::integer[]) LIMIT 1',
    [election, rows.map(({ district }) => district)],
  )
  if (others.length > 0)
    throw new BrokenLog('PostgreSQL has published counts of a district that has none in the public log')
}
