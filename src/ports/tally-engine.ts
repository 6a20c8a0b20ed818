/**
 * The tally where ballots lie in a shared log and an engine of its own counts them, away from this
 * process.
 *
 * The contract:
 * - From its start until `stop` the engine counts every valid ballot of the log once, in absolute
 *   numbers, and writes them where the results read them. Numbers may be told twice and, while it
 *   recounts, again from small to large; nobody may take them for increments.
 * - Nothing that happens to the engine ends it: what fails is started again, with growing pauses,
 *   for ever, from where it stood, and from the log's first record where its memory of that is lost
 *   or damaged. Starting it never fails because something is down.
 * - Any number of processes may start it for one election: there is one count, which they share. A
 *   process that dies leaves the count running; the next one takes it over.
 * - Neither progress nor log lines hold a secret or a voter's choice.
 */

/**
 * `starting`: no count is known to run yet. `counting`: batches come. `recounting`: counting, from
 * the first record on, what had been counted before. `failing`: the last attempt failed, the next
 * one is waited for.
 */
export type TallyState = 'starting' | 'counting' | 'recounting' | 'failing' | 'stopped'

/** What the engine last said of itself; null where it has not, or does not say. */
export interface TallyProgress {
  readonly state: TallyState
  /** Why it fails, one line, or null. */
  readonly problem: string | null
  /** Number of the last batch. It begins at 0 again with every recount. */
  readonly batchId: number | null
  /** Records per second that came into the log, and that the last batch got through. */
  readonly inputRowsPerSecond: number | null
  readonly processedRowsPerSecond: number | null
  readonly batchDurationMs: number | null
  /** Records in the log that were not counted yet. */
  readonly recordsBehind: number | null
  /** Entries the engine keeps: one per ballot and one per number it counts. */
  readonly stateRows: number | null
  readonly stateBytes: number | null
  /**
   * Times this process started the count, but for the first, and times from the log's first record.
   */
  readonly restarts: number
  readonly recounts: number
  /**
   * Unix milliseconds, by this process's clock, when the engine last told of progress. An idle one
   * tells now and then.
   */
  readonly lastProgressAtMs: number | null
}

export interface TallyEngine {
  readonly progress: () => TallyProgress
  /**
   * Ends the count and its supervision; the next start goes on from here. Resolves when it has
   * ended or cannot be reached.
   */
  readonly stop: () => Promise<void>
  /** Ends the supervision alone: the count runs on for whoever takes it over. */
  readonly leave: () => Promise<void>
}
