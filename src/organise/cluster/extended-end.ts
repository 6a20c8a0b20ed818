/** When voting on a cluster ends by now, as every gateway goes by it. */
import { openDatabase } from '../../adapters/postgres/database.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import type { Election } from '../../core/election/definition.ts'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { postgresAt, reached } from './addresses.ts'
import { readClusterElection } from './cluster-election.ts'

/**
 * @param address of PostgreSQL
 * @returns the election as voting was extended
 * @throws {BadInput} where the folder and the database do not speak of the same election;
 *   {EngineTrouble}
 */
export async function extendedElection(dataDir: string, id: string, address: EngineUrl): Promise<Election> {
  const database = openDatabase(address)
  try {
    return await reached(postgresAt({ database: address }), async () => {
      const { election } = await readClusterElection(dataDir, id, database)
      const { extendedToMs } = await votingEnds(database, id).read()
      return { ...election, closesAtMs: extendedToMs ?? election.closesAtMs }
    })
  } finally {
    await database.end()
  }
}
