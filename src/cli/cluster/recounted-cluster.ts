/** A recount of an election on a cluster: every record of `votes` from offset 0, without Spark. */
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import { isToldAtOnce, toldTally } from '../../core/tally/told-tally.ts'
import { recount } from '../../pipeline/recount.ts'
import { sharedPolls } from '../../pipeline/shared-polls.ts'
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
    const counts = await reached('Kafka', () => recount(election, votesLog({ election, seal, reader })))
    // Asked when everything is counted: voting may have been extended meanwhile.
    const polls = await reached('PostgreSQL', () =>
      sharedPolls({
        ...{ election, clock: systemClock },
        ...{ ends: votingEnds(database, id), record: pollsRecord(database, id) },
      }),
    )
    // Nobody may extend what is shown as ended. To record the close is the servers' affair, by their clocks.
    if (polls.phase() !== 'closed') await reached('PostgreSQL', polls.look)
    return {
      election: { ...election, closesAtMs: polls.closesAtMs() },
      counts,
      told: isToldAtOnce(election) ? null : toldTally(election).count(),
      eligible: Float64Array.from(eligible),
      issued: eligible,
      phase: polls.phase(),
    }
  } finally {
    await reader.close()
    await database.end()
  }
}
