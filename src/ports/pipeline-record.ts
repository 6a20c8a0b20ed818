/** What the processes of a cluster tell of their work, for every gateway to show. */
import type {
  LogWatchSnapshot,
  ProjectorSnapshot,
  TallyEngineSnapshot,
  Told,
} from '../core/tally/pipeline-snapshot.ts'

/** By the name of the work; of each the newest. */
export interface PipelineStates {
  readonly tally?: Told<TallyEngineSnapshot>
  readonly projector?: Told<ProjectorSnapshot>
  readonly log_watch?: Told<LogWatchSnapshot>
}

export interface PipelineRecord {
  /** @throws where it cannot be stored */
  readonly tell: (states: PipelineStates) => Promise<void>
  /** @throws where storage cannot be asked */
  readonly told: () => Promise<PipelineStates>
}
