/** What the processes of a cluster tell of their work (contract: ports/pipeline-record.ts). */
import type { PipelineRecord, PipelineStates } from '../../ports/pipeline-record.ts'
import type { Database } from './database.ts'

export function pipelineRecord(database: Database, election: string): PipelineRecord {
  return {
    record: async (states) => {
      const rows = Object.entries(states)
      if (rows.length === 0) return
      await database.query(
        `INSERT INTO pipeline SELECT $1, * FROM unnest($2::text[], $3::jsonb[], $4::bigint[])
         ON CONFLICT (election, work) DO UPDATE SET state = excluded.state, at_ms = excluded.at_ms`,
        [
          election,
          rows.map(([work]) => work),
          rows.map(([, { state }]) => JSON.stringify(state)),
          rows.map(([, { atMs }]) => atMs),
        ],
      )
    },
    latest: async () => {
      const { rows } = await database.query<{ work: string; state: unknown; at_ms: string }>(
        'SELECT work, state, at_ms FROM pipeline WHERE election = $1',
        [election],
      )
      return Object.fromEntries(
        rows.map(({ work, state, at_ms }) => [work, { state, atMs: Number(at_ms) }]),
      ) as PipelineStates
    },
  }
}
