/** A recount of an election on a cluster: every record of `votes` from offset 0, without Spark. */
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { phaseAt } from '../../core/election/phase.ts'
import { recount } from '../../pipeline/recount.ts'
import { votesLog } from '../../pipeline/votes/log.ts'
import type { Recounted } from '../recounted.ts'
import { type ClusterAddresses, reached } from './addresses.ts'
import { readClusterElection } from './cluster-election.ts'

export async function recountCluster(
  dataDir: string,
  id: string,
  addresses: ClusterAddresses,
): Promise<Recounted> {
  const database = openDatabase(addresses.database)
  const reader = kafkaVotesReader({ brokers: addresses.brokers })
  try {
    const found = await reached('PostgreSQL', () => readClusterElection(dataDir, id, database))
    const { election, eligible, seal } = found
    const closed = await pollsRecord(database, id).wasClosed()
    const counts = await reached('Kafka', () => recount(election, votesLog({ election, seal, reader })))
    return {
      election,
      counts,
      eligible: Float64Array.from(eligible),
      issued: eligible,
      phase: closed ? 'closed' : phaseAt(election, systemClock.nowMs()),
    }
  } finally {
    await reader.close()
    await database.end()
  }
}
