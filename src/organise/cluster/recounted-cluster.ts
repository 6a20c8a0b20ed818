/** A recount of an election on a cluster: every record of `votes` from offset 0, without Spark. */
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { readCertification } from '../../adapters/postgres/certifications.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { publishedCountsStore } from '../../adapters/postgres/published-counts.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import type { Election } from '../../core/election/definition.ts'
import { districtRows } from '../../core/tally/district-counts.ts'
import { isPublishedAtOnce, type PublishedCount } from '../../core/tally/published-tally.ts'
import { base64 } from '../../core/tlog/base64.ts'
import { recount } from '../../pipeline/recount.ts'
import { sharedPolls } from '../../pipeline/shared-polls.ts'
import { votesLog } from '../../pipeline/votes/log.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { Recounted } from '../recount.ts'
import { type ClusterAddresses, kafkaAt, postgresAt, reached } from './addresses.ts'
import { readClusterElection } from './cluster-election.ts'
import { endOf } from './cluster-log.ts'

export async function recountCluster(
  dataDir: string,
  id: string,
  addresses: ClusterAddresses,
): Promise<Recounted> {
  const database = openDatabase(addresses.database)
  const reader = kafkaVotesReader(addresses.kafka)
  try {
    const found = await reached(postgresAt(addresses), () => readClusterElection(dataDir, id, database))
    const { election, eligible, seal } = found
    // Before the ballots: what is told now is stored then.
    const { published, end } = await reached(postgresAt(addresses), () => publishedNow(election, database))
    const counts = await reached(kafkaAt(addresses), () =>
      recount(election, votesLog({ election, seal, reader, end })),
    )
    // Asked when everything is counted: voting may have been extended meanwhile.
    const polls = await reached(postgresAt(addresses), () =>
      sharedPolls({
        ...{ election, clock: systemClock },
        ...{ ends: votingEnds(database, id), record: pollsRecord(database, id) },
      }),
    )
    // Nobody may extend what is shown as ended. To record the close is the servers' affair, by
    // their clocks.
    if (polls.phase() !== 'closed') await reached(postgresAt(addresses), polls.look)
    return {
      election: { ...election, closesAtMs: polls.closesAtMs() },
      counts,
      published,
      eligible: Float64Array.from(eligible),
      issued: eligible,
      phase: polls.phase(),
      certification: (await reached(postgresAt(addresses), () => readCertification(database, id)))?.document,
    }
  } finally {
    await reader.close()
    await database.end()
  }
}

interface PublishedNow {
  /** What the public log has told; null where that is every ballot as it comes. */
  readonly published: PublishedCount | null
  readonly end: Position | null
}

async function publishedNow(election: Election, database: Database): Promise<PublishedNow> {
  const store = publishedCountsStore(database, election.id)
  const end = await endOf(postgresJournal(database, election.id))
  if (isPublishedAtOnce(election)) return { published: null, end }
  const { tally, set } = districtRows(election)
  const isClosed = (await store.close()) !== undefined
  const published = await store.since(-1)
  if (published !== undefined && !set(published.rows))
    throw new Error('it holds told counts of another election')
  const checkpoint = published === undefined ? null : { size: published.size, root: base64(published.root) }
  return { published: { tally, checkpoint, complete: isClosed || (published?.complete ?? false) }, end }
}
