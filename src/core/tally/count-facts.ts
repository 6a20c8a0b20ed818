/**
 * What results are told from at one moment: plain data that goes to another thread as it is. What may be told of it is
 * decided where it is told, by the gate (shown.ts) and the phase in it.
 */
import type { Election } from '../election/definition.ts'
import { unpackCounts } from './packed-counts.ts'
import { type ShownResult, shownResult } from './shown.ts'
import { type ResultsSnapshot, type SnapshotFigures, snapshotOf } from './snapshot.ts'

export interface CountFacts {
  /** Every count (packed-counts.ts). */
  readonly counts: Float64Array<ArrayBuffer>
  readonly figures: SnapshotFigures
  /** Unix milliseconds: the end of voting in force, which may have moved. */
  readonly closesAtMs: number
  /** What a snapshot on a cluster says instead, or besides. */
  readonly told?: Pick<ResultsSnapshot, 'invariant' | 'pipeline'>
}

export function snapshotFrom(election: Election, facts: CountFacts): ResultsSnapshot {
  const { counts, figures, closesAtMs, told } = facts
  const inForce = { ...election, closesAtMs }
  return { ...snapshotOf(inForce, unpackCounts(election, counts), figures), ...told }
}

/** @returns null while nothing but turnout may be told */
export function shownFrom(election: Election, { counts, figures }: CountFacts): ShownResult | null {
  return shownResult(election, figures.phase, figures.issued, unpackCounts(election, counts))
}
