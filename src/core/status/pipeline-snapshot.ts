/**
 * How the engines of a cluster are doing, as the dashboard's pipeline panel and the metrics show
 * it.
 */

/** What the tally engine last said of itself; see ports/tally-engine.ts. */
export interface TallyEngineSnapshot {
  readonly state: string
  readonly problem: string | null
  readonly batch_id: number | null
  readonly input_rows_per_second: number | null
  readonly processed_rows_per_second: number | null
  readonly batch_ms: number | null
  readonly records_behind: number | null
  readonly state_rows: number | null
  readonly state_bytes: number | null
  readonly restarts: number
  readonly recounts: number
}

export interface ProjectorSnapshot {
  /** Messages stored since the process began. */
  readonly stored: number
  /** Messages passed over that were none of the engine's. */
  readonly ignored: number
  /** Why it stands still, one line, or null. */
  readonly problem: string | null
}

/** Records of the ballot log that are no ballots, by reason; and ballots read. */
export interface LogWatchSnapshot {
  readonly ballots: number
  readonly set_aside: Readonly<Record<string, number>>
  readonly problem: string | null
}

export interface Told<State> {
  readonly state: State
  /** Unix milliseconds, by the teller's clock. */
  readonly atMs: number
}

export interface PipelineSnapshot {
  /** Each null where no process has told of it. */
  readonly tally: Told<TallyEngineSnapshot> | null
  readonly projector: Told<ProjectorSnapshot> | null
  readonly log_watch: Told<LogWatchSnapshot> | null
  /** Of the gateway that was asked. */
  readonly ballot_box: {
    readonly log_up: boolean
    readonly keys_loaded: boolean
    /** Ballots reserved and not yet known to be in the log. */
    readonly reserved: number
  }
}
