/** The present count, which the gateway shows, wherever it is computed. */
import type { Phase } from '../core/election/phase.ts'
import type { CountFacts } from '../core/status/count-facts.ts'
import type { InvariantSnapshot } from '../core/status/snapshot.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import type { ElectionResult } from '../core/tally/result.ts'
import type { ShownResult } from '../core/tally/shown.ts'

export interface LiveTally {
  /**
   * Returns a copy of the facts for snapshots and documents, which the caller may send to another
   * thread.
   */
  readonly facts: () => CountFacts
  /** Returns only the invariant of a snapshot. */
  readonly invariant: () => InvariantSnapshot
  /** Returns the whole result, before the gate (core/tally/shown.ts). */
  readonly result: () => ElectionResult
  /** Returns the result that may be shown now; null while only the turnout may be shown. */
  readonly shown: () => ShownResult | null
  /** Returns the same object until the history has grown. */
  readonly history: () => HistorySnapshot
  readonly phase: () => Phase
  /** Returns the number of ballots counted. */
  readonly cast: () => number
  /** Registers a listener for each batch of ballots. */
  readonly onChange: (listener: () => void) => void
}
