/**
 * Whether voting is open at a server of a cluster, and the election as it is in force: its end may
 * move while the server runs.
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
  /** It reads `closesAtMs` as it is in force at that moment. */
  readonly election: Election
  /** As handed in, with `closes_at` as it is in force now. */
  readonly file: () => DefinitionFile
  readonly record: PollsRecord
}

/** Several times in the time for which the end of voting is fixed beforehand. */
const LOOK_MS = 1_000

/** @throws where PostgreSQL cannot be asked */
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
    log.warn({ err }, 'PostgreSQL cannot be asked when voting ends; trying again'),
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
