/**
 * The projector's output (contract: ports/result-store.ts). Counts, turnout, history and offsets
 * change in one transaction. A lock makes versions visible in their order, so that no reader skips
 * one.
 */
import { PAST_SPAN_S, spanEnd, TURNOUT_SPAN_S } from '../../core/tally/spans.ts'
import type { ElectionCounts, NextOffsets, ResultSink } from '../../ports/result-store.ts'
import { type Connection, type Database, inTransaction } from './database.ts'

export const CHANNEL = 'election_counts'
const LOCK = 8_501_002
/** An election with more rows of counts than this keeps no history of them. */
const PAST_ROWS = 5_000

/**
 * @param faultPoint called when the counts are written but not committed; a test may end the
 *   process there
 */
export function resultSink(
  database: Database,
  topic: string,
  faultPoint: (at: 'mid-projection') => void = () => {},
): ResultSink {
  return {
    nextOffsets: async () => readOffsets(database, topic),
    store: (counts, from, to, nowMs) =>
      inTransaction(database, async (connection) => {
        await connection.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
        const stored = await readOffsets(connection, topic)
        for (const [partition, offset] of from) if ((stored.get(partition) ?? 0n) !== offset) return false
        const changed = await upsert(connection, counts)
        if (changed.length > 0) {
          await keepPast(connection, changed, nowMs)
          await connection.query('SELECT pg_notify($1, unnest($2::text[]))', [CHANNEL, changed])
        }
        faultPoint('mid-projection')
        await writeOffsets(connection, topic, to)
        return true
      }),
  }
}

async function readOffsets(database: Database | Connection, topic: string): Promise<NextOffsets> {
  const { rows } = await database.query<{ partition: number; next_offset: string }>(
    'SELECT partition, next_offset FROM projected_offsets WHERE topic = $1',
    [topic],
  )
  return new Map(rows.map(({ partition, next_offset }) => [partition, BigInt(next_offset)]))
}

async function writeOffsets(connection: Connection, topic: string, to: NextOffsets): Promise<void> {
  await connection.query(
    `INSERT INTO projected_offsets SELECT $1, * FROM unnest($2::integer[], $3::bigint[])
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
    [topic, [...to.keys()], [...to.values()].map(String)],
  )
}

/** @returns the elections whose counts changed */
async function upsert(connection: Connection, counts: readonly ElectionCounts[]): Promise<string[]> {
  const rows = counts.flatMap(({ election, counts }) => counts.map((count) => ({ election, ...count })))
  if (rows.length === 0) return []
  const { rows: changed } = await connection.query<{ election: string }>(
    `WITH version AS MATERIALIZED (SELECT nextval('counts_version') AS version),
     told AS (
       SELECT election, district, contest, marks, max(ballots) AS ballots
       FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::bigint[])
         AS t (election, district, contest, marks, ballots)
       WHERE EXISTS (SELECT FROM elections WHERE id = election)
       GROUP BY 1, 2, 3, 4),
     stored AS (
       INSERT INTO counts SELECT told.*, version FROM told, version
       ON CONFLICT (election, district, contest, marks)
         DO UPDATE SET ballots = excluded.ballots, version = excluded.version
         WHERE excluded.ballots > counts.ballots
       RETURNING election)
     SELECT DISTINCT election FROM stored`,
    [
      rows.map(({ election }) => election),
      rows.map(({ district }) => district),
      rows.map(({ contest }) => contest),
      rows.map(({ marks }) => marks),
      rows.map(({ ballots }) => ballots),
    ],
  )
  return changed.map(({ election }) => election)
}

async function keepPast(connection: Connection, elections: readonly string[], nowMs: number): Promise<void> {
  await connection.query(
    `INSERT INTO turnout SELECT election, $2, sum(ballots) FROM counts
     WHERE election = ANY($1) AND contest = -1 GROUP BY election
     ON CONFLICT (election, until_s) DO UPDATE SET ballots = excluded.ballots`,
    [elections, spanEnd(nowMs, TURNOUT_SPAN_S)],
  )
  await connection.query(
    `INSERT INTO past_counts SELECT c.election, $2, district, contest, marks, ballots FROM counts c
     JOIN (
       SELECT election, max(version) AS newest, count(*) AS rows FROM counts
       WHERE election = ANY($1) GROUP BY 1
     ) e
       ON e.election = c.election AND c.version = e.newest AND e.rows <= $3
     ON CONFLICT (election, until_s, district, contest, marks) DO UPDATE SET ballots = excluded.ballots`,
    [elections, spanEnd(nowMs, PAST_SPAN_S), PAST_ROWS],
  )
}
