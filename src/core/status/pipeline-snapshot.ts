/** The state of a cluster's engines for the dashboard's pipeline panel and the metrics. */

/** The last report of the tally engine; see ports/tally-engine.ts. */
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
  /** Messages stored since the process started. */
  readonly stored: number
  /** Messages ignored because they do not come from the engine. */
  readonly ignored: number
  /** Why it has stopped, in one line; null while it works. */
  readonly problem: string | null
}

/** Ballots read from the ballot log, and records that are not ballots, by reason. */
export interface LogWatchSnapshot {
  readonly ballots: number
  readonly set_aside: Readonly<Record<string, number>>
  readonly problem: string | null
}

export interface Reported<State> {
  readonly state: State
  /** Unix milliseconds, by the reporting process's clock. */
  readonly atMs: number
}

export interface PipelineSnapshot {
  /** Each is null until a process reports it. */
  readonly tally: Reported<TallyEngineSnapshot> | null
  readonly projector: Reported<ProjectorSnapshot> | null
  readonly log_watch: Reported<LogWatchSnapshot> | null
  /** The state of the gateway that answers the request. */
  readonly ballot_box: {
    readonly log_up: boolean
    readonly keys_loaded: boolean
    /** Ballots that are reserved and not confirmed by the ballot log yet. */
    readonly reserved: number
  }
}
