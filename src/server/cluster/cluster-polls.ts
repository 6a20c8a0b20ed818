/**
 * Whether voting is open at a server of a cluster, and the election with its present end: the end
 * may change while the server runs.
 */
import type { Logger } from 'pino'
import { systemClock } from '../../adapters/node/clock.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { pollsRecord } from '../../adapters/postgres/polls-record.ts'
import { votingEnds } from '../../adapters/postgres/voting-end.ts'
import type { DefinitionFile, Election } from '../../core/election/definition.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import { type SharedPolls, sharedPolls } from '../../pipeline/shared-polls.ts'
import type { PollsRecord } from '../../ports/polls-record.ts'
import { type BackgroundWork, everySoOften } from '../background.ts'

export interface ClusterPolls extends Pick<SharedPolls, 'phase' | 'refusal'>, BackgroundWork {
  /** Its `closesAtMs` returns the present end of voting. */
  readonly election: Election
  /** As submitted, with the present `closes_at`. */
  readonly file: () => DefinitionFile
  readonly record: PollsRecord
}

/** Several reads fit into the time before the end in which no extension is possible. */
const LOOK_MS = 1_000

/** @throws if PostgreSQL does not answer */
export async function clusterPolls(
  { election, file }: Pick<ClusterElection, 'election' | 'file'>,
  database: Database,
  log: Logger,
): Promise<ClusterPolls> {
  const record = pollsRecord(database, election.id)
  const ends = votingEnds(database, election.id)
  const polls = await sharedPolls({ election, clock: systemClock, ends, record })
  const { closesAtMs } = polls
  let knownMs = closesAtMs()
  const look = async (): Promise<void> => {
    await polls.look()
    if (closesAtMs() === knownMs) return
    knownMs = closesAtMs()
    log.info({ closes_at: new Date(knownMs).toISOString() }, 'voting was extended')
  }
  const looking = everySoOften(LOOK_MS, look, (err) =>
    log.warn({ err }, 'the end of voting cannot be read from PostgreSQL; trying again'),
  )
  return {
    phase: polls.phase,
    refusal: polls.refusal,
    election: {
      ...election,
      get closesAtMs() {
        return closesAtMs()
      },
    },
    file: () =>
      closesAtMs() === election.closesAtMs
        ? file
        : { ...file, closes_at: new Date(closesAtMs()).toISOString() },
    record,
    stop: looking.stop,
  }
}
