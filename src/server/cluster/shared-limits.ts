/**
 * What the servers of a cluster tell each other of wrong keys: a connection of its own, which
 * nobody waits for.
 */
import { countingSecret } from '../../adapters/postgres/access-tokens.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { connectRedis } from '../../adapters/redis/connection.ts'
import { redisSharedCounts } from '../../adapters/redis/shared-counts.ts'
import type { SharedNames } from '../../gateway/limits.ts'
import { type ClusterAddresses, postgresAt, reached, redisAt } from '../../organise/cluster/addresses.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

const EXCHANGE_MS = 500

export interface SharedLimits extends SharedNames, BackgroundWork {}

/** @throws where an engine does not answer at the start */
export async function sharedLimits(addresses: ClusterAddresses, database: Database): Promise<SharedLimits> {
  const secret = await reached(postgresAt(addresses), () => countingSecret(database))
  const redis = await reached(redisAt(addresses), () => connectRedis(addresses.redis))
  const counts = redisSharedCounts(redis, () => performance.now())
  // A failure is told by the metrics: the ballot box's own connection says that Redis does not
  // answer.
  const exchanging = everySoOften(EXCHANGE_MS, counts.exchange, () => {})
  return {
    counts,
    secret,
    stop: async () => {
      await exchanging.stop()
      await redis.close()
    },
  }
}
