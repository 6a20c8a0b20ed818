/**
 * The watch over the ballot log: reads every record of `votes`, counts the ballots itself, and sets
 * aside records that are not ballots. Part of role `results`.
 */
import type { Logger } from 'pino'
import { kafkaSetAside } from '../../adapters/kafka/set-aside-sink.ts'
import { kafkaVotesReader } from '../../adapters/kafka/votes-reader.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import type { LogWatchSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { ClusterElection } from '../../organise/cluster/cluster-election.ts'
import { watchSetAside } from '../../pipeline/votes/set-aside.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import type { BackgroundWork } from '../background.ts'

export interface BallotLogWatch extends BackgroundWork {
  /** The ballots of that election; records set aside are counted for the whole topic. */
  readonly state: (electionId: string) => LogWatchSnapshot
}

/** @throws if Kafka cannot be read at the start */
export async function startBallotLogWatch(
  elections: readonly ClusterElection[],
  kafka: KafkaAddress,
  log: Logger,
): Promise<BallotLogWatch> {
  let problem: string | null = null
  const onFault = (err: unknown) => {
    if (problem === null) log.warn({ err }, 'the ballot log cannot be watched; trying again')
    problem = (err as Error).message
  }
  const onRead = () => {
    problem = null
  }
  const reader = kafkaVotesReader({ ...kafka, clientId: 'elections-watch', onFault, onRead })
  const sink = kafkaSetAside(kafka)
  const close = async () => {
    await Promise.all([reader.close(), sink.close()])
  }
  try {
    const watch = await watchSetAside({ elections, reader, sink, timer: systemTimer, onFault })
    return {
      state: (electionId) => ({
        ballots: watch.ballots()[elections.findIndex(({ election }) => election.id === electionId)]!,
        set_aside: Object.fromEntries(watch.counts()),
        problem,
      }),
      stop: async () => {
        await watch.stop()
        await close()
      },
    }
  } catch (cause) {
    await close()
    throw cause
  }
}
