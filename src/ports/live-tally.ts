/** The count as it stands, wherever it is kept: what the gateway shows. */
import type { Phase } from '../core/election/phase.ts'
import type { HistorySnapshot } from '../core/tally/history.ts'
import type { ElectionResult } from '../core/tally/result.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import type { InvariantSnapshot, ResultsSnapshot } from '../core/tally/snapshot.ts'

export interface LiveTally {
  readonly snapshot: () => ResultsSnapshot
  /** The snapshot's invariant, without the rest of it. */
  readonly invariant: () => InvariantSnapshot
  /** All of it, before the gate (core/tally/shown.ts). */
  readonly result: () => ElectionResult
  /** What of it may be shown now; null while nothing but turnout may. */
  readonly shown: () => ShownResult | null
  readonly history: () => HistorySnapshot
  readonly phase: () => Phase
  /** Ballots counted. */
  readonly cast: () => number
  /** Calls back after every batch of ballots. */
  readonly onChange: (listener: () => void) => void
}
