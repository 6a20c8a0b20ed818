/**
 * The tally by an external engine, which counts the ballots of a shared ballot log outside this
 * process.
 *
 * The contract:
 * - From its start until `stop` the engine counts every valid ballot of the ballot log once, in
 *   absolute numbers, and writes them where the results read them. It may write a number twice and,
 *   during a recount, again from small to large, so a reader must not treat them as increments.
 * - No failure ends the engine: what fails is restarted with growing pauses, indefinitely, from its
 *   last position, or from the ballot log's first record if its state is lost or damaged. Starting
 *   it never fails because another system is down.
 * - Any number of processes may start it for one election; they share one count. If a process dies,
 *   the count continues and the next process takes it over.
 * - Neither progress nor the logger's lines contain a secret or a voter's choice.
 */

/**
 * `starting`: no count is known to run yet. `counting`: batches arrive. `recounting`: it counts
 * again from the first record. `failing`: the last attempt failed, and the next one will follow.
 */
export type TallyState = 'starting' | 'counting' | 'recounting' | 'failing' | 'stopped'

/** The engine's last report; a member is null if it is not known. */
export interface TallyProgress {
  readonly state: TallyState
  /** Why it fails, in one line; null if it does not. */
  readonly problem: string | null
  /** The number of the last batch. It starts at 0 again with every recount. */
  readonly batchId: number | null
  /** Records per second that were appended to the ballot log, and that the last batch counted. */
  readonly inputRowsPerSecond: number | null
  readonly processedRowsPerSecond: number | null
  readonly batchDurationMs: number | null
  /** Records of the ballot log that are not counted yet. */
  readonly recordsBehind: number | null
  /** Entries that the engine stores: one per ballot and one per count. */
  readonly stateRows: number | null
  readonly stateBytes: number | null
  /** How often this process restarted the count, and how often it started from the first record. */
  readonly restarts: number
  readonly recounts: number
  /**
   * When the engine last reported progress, Unix milliseconds by this process's clock. An idle
   * engine reports now and then.
   */
  readonly lastProgressAtMs: number | null
}

export interface TallyEngine {
  readonly progress: () => TallyProgress
  /**
   * Ends the count and its supervision; the next start continues it. Resolves when it has ended or
   * cannot be reached.
   */
  readonly stop: () => Promise<void>
  /** Ends only the supervision: the count continues until another process takes it over. */
  readonly leave: () => Promise<void>
}
