/**
 * The access tokens of a cluster, for a command: in its PostgreSQL, from which every server learns
 * of a change.
 */
import { tokenTable } from '../../adapters/postgres/access-tokens.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import type { TokenStore } from '../../ports/access-tokens.ts'
import { type ClusterAddresses, postgresAt, reached } from './addresses.ts'

/** @throws {BadAddress} where PostgreSQL does not answer */
export async function withClusterTokens<Result>(
  addresses: Pick<ClusterAddresses, 'database'>,
  work: (store: TokenStore) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase(addresses.database)
  try {
    return await reached(postgresAt(addresses), () => work(tokenTable(database)))
  } finally {
    await database.end()
  }
}
