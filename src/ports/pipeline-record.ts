/** What the processes of a cluster tell of their work, for every gateway to show. */

import type {
  LogWatchSnapshot,
  ProjectorSnapshot,
  TallyEngineSnapshot,
  Told,
} from '../core/status/pipeline-snapshot.ts'
import type { PublicLogState } from '../core/status/public-log-state.ts'

/** Where the public log stands, by the process that publishes it. */
export interface PublisherSnapshot extends Omit<PublicLogState, 'behind'> {
  /** Leaves that are ballots. */
  readonly ballots: number
}

/** By the name of the work; of each the newest. */
export interface PipelineStates {
  readonly tally?: Told<TallyEngineSnapshot>
  readonly projector?: Told<ProjectorSnapshot>
  readonly log_watch?: Told<LogWatchSnapshot>
  readonly publisher?: Told<PublisherSnapshot>
}

export interface PipelineRecord {
  /** @throws where it cannot be stored */
  readonly record: (states: PipelineStates) => Promise<void>
  /** @throws where storage cannot be asked */
  readonly latest: () => Promise<PipelineStates>
}
