/**
 * The projector: stores the tally engine's counts, which arrive through Kafka, in PostgreSQL. Part
 * of role `results`.
 */
import type { Logger } from 'pino'
import { aggregatedVotes } from '../../adapters/kafka/aggregated-votes.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { orderedFault } from '../../adapters/node/fault-point.ts'
import type { Database } from '../../adapters/postgres/database.ts'
import { resultSink } from '../../adapters/postgres/result-sink.ts'
import { AGGREGATED_VOTES } from '../../core/log/topics.ts'
import type { ProjectorSnapshot } from '../../core/status/pipeline-snapshot.ts'
import { project } from '../../pipeline/project.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { type BackgroundWork, inBackground, sleep } from '../background.ts'

export interface Projector extends BackgroundWork {
  readonly state: () => ProjectorSnapshot
}

export function startProjector(database: Database, kafka: KafkaAddress, log: Logger): Projector {
  const source = aggregatedVotes(kafka)
  let stored = 0
  let ignored = 0
  let problem: string | null = null
  const work = inBackground((signal) =>
    project(
      {
        source,
        sink: resultSink(database, AGGREGATED_VOTES, orderedFault()),
        clock: systemClock,
        sleep,
        onStored: (messages) => {
          stored += messages
          problem = null
        },
        onIgnored: (messages, partition, offset) => {
          ignored += messages
          log.warn(
            { messages, partition, offset: String(offset) },
            'some messages of aggregated_votes are foreign and ignored; this is the place of the first',
          )
        },
        onTrouble: (err) => {
          problem = (err as Error).message
          log.error({ err }, 'counts could not be stored; trying again')
        },
      },
      signal,
    ),
  )
  return {
    state: () => ({ stored, ignored, problem }),
    stop: async () => {
      await work.stop()
      await source.close()
    },
  }
}
