/** What the processes of a cluster report of their work, for every gateway to show. */

import type {
  LogWatchSnapshot,
  ProjectorSnapshot,
  Reported,
  TallyEngineSnapshot,
} from '../core/status/pipeline-snapshot.ts'
import type { PublicLogState } from '../core/status/public-log-state.ts'

/** The state of the public log, reported by the process that publishes it. */
export interface PublisherSnapshot extends Omit<PublicLogState, 'behind'> {
  /** The number of leaves that are ballots. */
  readonly ballots: number
}

/** The newest report of each kind of work. */
export interface PipelineStates {
  readonly tally?: Reported<TallyEngineSnapshot>
  readonly projector?: Reported<ProjectorSnapshot>
  readonly log_watch?: Reported<LogWatchSnapshot>
  readonly publisher?: Reported<PublisherSnapshot>
}

export interface PipelineRecord {
  /** @throws if it cannot be stored */
  readonly record: (states: PipelineStates) => Promise<void>
  /** @throws if storage cannot be read */
  readonly latest: () => Promise<PipelineStates>
}
