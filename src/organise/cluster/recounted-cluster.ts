/** A recount of an election on a cluster: every record of `votes` from offset 0, without Spark. */
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { readCertification } from '../../adapters/postgres/certifications.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import { postgresJournal } from '../../adapters/postgres/log-journal.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { toldStore } from '../../adapters/postgres/told-counts.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import type { Election } from '../../core/election/definition.ts'
import { districtRows } from '../../core/tally/district-counts.ts'
import { isToldAtOnce, type ToldCount } from '../../core/tally/told-tally.ts'
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
    const { told, end } = await reached(postgresAt(addresses), () => toldNow(election, database))
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
    // Nobody may extend what is shown as ended. To record the close is the servers' affair, by their clocks.
    if (polls.phase() !== 'closed') await reached(postgresAt(addresses), polls.look)
    return {
      election: { ...election, closesAtMs: polls.closesAtMs() },
      counts,
      told,
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

interface ToldNow {
  /** What the public log has told; null where that is every ballot as it comes. */
  readonly told: ToldCount | null
  readonly end: Position | null
}

async function toldNow(election: Election, database: Database): Promise<ToldNow> {
  const store = toldStore(database, election.id)
  const end = await endOf(postgresJournal(database, election.id))
  if (isToldAtOnce(election)) return { told: null, end }
  const { tally, set } = districtRows(election)
  const isClosed = (await store.close()) !== undefined
  const told = await store.since(-1)
  if (told !== undefined && !set(told.rows)) throw new Error('it holds told counts of another election')
  const checkpoint = told === undefined ? null : { size: told.size, root: base64(told.root) }
  return { told: { tally, checkpoint, complete: isClosed || (told?.complete ?? false) }, end }
}
