/**
 * What results are told from at one moment: plain data that goes to another thread as it is. What
 * may be told of it is decided where it is told, by the gate (shown.ts) and the phase in it.
 */
import type { Election } from '../election/definition.ts'
import { packCounts, unpackCounts } from '../tally/packed-counts.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import type { PublishedCount, PublishedTally } from '../tally/published-tally.ts'
import { type ShownResult, shownResult } from '../tally/shown.ts'
import { type ResultsSnapshot, type SnapshotFigures, snapshotOf } from './snapshot.ts'

/** What the public log has told, its counts packed. */
interface PackedPublished extends Omit<PublishedCount, 'tally'> {
  readonly counts: Float64Array<ArrayBuffer>
}

export interface CountFacts {
  /** Every ballot stored (packed-counts.ts). */
  readonly counts: Float64Array<ArrayBuffer>
  /** null where each ballot is told as it comes. */
  readonly logPublished: PackedPublished | null
  readonly figures: Omit<SnapshotFigures, 'published'>
  /** Unix milliseconds: the end of voting in force, which may have moved. */
  readonly closesAtMs: number
  /** What a snapshot on a cluster says instead, or besides. */
  readonly besides?: Pick<ResultsSnapshot, 'invariant' | 'pipeline'>
}

/** The count of one process as it stands. */
export interface CountNow extends Omit<CountFacts['figures'], 'eligible' | 'issued'> {
  readonly election: Pick<Election, 'closesAtMs'>
  /** Every ballot stored. */
  readonly stored: TallyCounts
  /** What the public log has told; null where each ballot is told as it comes. */
  readonly published: Pick<PublishedTally, 'count'> | null
  /** Keys issued per district by now, and when the election was made. */
  readonly eligible: ArrayLike<number>
  readonly issued: ArrayLike<number>
}

/** All of it copied, for a thread. */
export function countFacts({
  election,
  stored,
  published,
  eligible,
  issued,
  ...figures
}: CountNow): CountFacts {
  return {
    counts: packCounts(stored),
    logPublished: packPublished(published),
    figures: { ...figures, eligible: Float64Array.from(eligible), issued: Float64Array.from(issued) },
    closesAtMs: election.closesAtMs,
  }
}

function packPublished(published: CountNow['published']): PackedPublished | null {
  if (published === null) return null
  const { tally, checkpoint, complete } = published.count()
  return { counts: packCounts(tally), checkpoint, complete }
}

export function snapshotFrom(election: Election, facts: CountFacts): ResultsSnapshot {
  const inForce = { ...election, closesAtMs: facts.closesAtMs }
  const figures = { ...facts.figures, published: publishedIn(election, facts) }
  return { ...snapshotOf(inForce, unpackCounts(election, facts.counts), figures), ...facts.besides }
}

/** @returns null while nothing but turnout may be told */
export function shownFrom(election: Election, facts: CountFacts): ShownResult | null {
  const { phase, issued } = facts.figures
  const stored = unpackCounts(election, facts.counts)
  return shownResult(election, { phase, issued, stored, published: publishedIn(election, facts) })
}

function publishedIn(election: Election, { logPublished }: CountFacts): PublishedCount | null {
  if (logPublished === null) return null
  const { counts, checkpoint, complete } = logPublished
  return { tally: unpackCounts(election, counts), checkpoint, complete }
}
