/**
 * The access tokens of a cluster, for a command: they are in its PostgreSQL, where every server
 * reads changes.
 */
import { tokenTable } from '../../adapters/postgres/access-tokens.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import type { TokenStore } from '../../ports/access-tokens.ts'
import { type ClusterAddresses, postgresAt, reached } from './addresses.ts'

/** @throws {BadAddress} if PostgreSQL does not answer */
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
