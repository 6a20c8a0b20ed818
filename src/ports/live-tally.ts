/** The count as it stands, wherever it is kept: what the gateway shows. */
import type { Phase } from '../core/election/phase.ts'
import type { CountFacts } from '../core/status/count-facts.ts'
import type { InvariantSnapshot } from '../core/status/snapshot.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import type { ElectionResult } from '../core/tally/result.ts'
import type { ShownResult } from '../core/tally/shown.ts'

export interface LiveTally {
  /**
   * All that snapshots and documents are told from, copied as it is now: the caller may hand it to
   * another thread.
   */
  readonly facts: () => CountFacts
  /** A snapshot's invariant, without the rest of it. */
  readonly invariant: () => InvariantSnapshot
  /** All of it, before the gate (core/tally/shown.ts). */
  readonly result: () => ElectionResult
  /** What of it may be shown now; null while nothing but turnout may. */
  readonly shown: () => ShownResult | null
  /** The same object until it has grown. */
  readonly history: () => HistorySnapshot
  readonly phase: () => Phase
  /** Ballots counted. */
  readonly cast: () => number
  /** Calls back after every batch of ballots. */
  readonly onChange: (listener: () => void) => void
}
