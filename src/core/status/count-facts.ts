/**
 * The facts about a count at one moment, as plain data for another thread. What may be shown of
 * them is decided there, by shown.ts and the phase.
 */
import type { Election } from '../election/definition.ts'
import { packCounts, unpackCounts } from '../tally/packed-counts.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import type { PublishedCount, PublishedTally } from '../tally/published-tally.ts'
import { type ShownResult, shownResult } from '../tally/shown.ts'
import { type ResultsSnapshot, type SnapshotFigures, snapshotOf } from './snapshot.ts'

/** The ballots that the public log has published, as packed counts. */
interface PackedPublished extends Omit<PublishedCount, 'tally'> {
  readonly counts: Float64Array<ArrayBuffer>
}

export interface CountFacts {
  /** Every stored ballot (packed-counts.ts). */
  readonly counts: Float64Array<ArrayBuffer>
  /** Null if each ballot is published as it comes. */
  readonly logPublished: PackedPublished | null
  readonly figures: Omit<SnapshotFigures, 'published'>
  /** The end of voting in force, which an amendment may have moved; Unix milliseconds. */
  readonly closesAtMs: number
  /** What a cluster adds to a snapshot, or replaces in it. */
  readonly besides?: Pick<ResultsSnapshot, 'invariant' | 'pipeline'>
}

/** The present count of one process. */
export interface CountNow extends Omit<CountFacts['figures'], 'eligible' | 'issued'> {
  readonly election: Pick<Election, 'closesAtMs'>
  /** Every stored ballot. */
  readonly stored: TallyCounts
  /** The published ballots; null if each ballot is published as it comes. */
  readonly published: Pick<PublishedTally, 'count'> | null
  /** Keys issued per district so far, and at the genesis. */
  readonly eligible: ArrayLike<number>
  readonly issued: ArrayLike<number>
}

/** @returns a copy of the present count, for another thread */
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

/**
 * Builds a snapshot from the facts of a moment.
 * @param election the election as defined; its end of voting is replaced by the one in force
 */
export function snapshotFrom(election: Election, facts: CountFacts): ResultsSnapshot {
  const inForce = { ...election, closesAtMs: facts.closesAtMs }
  const figures = { ...facts.figures, published: publishedIn(election, facts) }
  return { ...snapshotOf(inForce, unpackCounts(election, facts.counts), figures), ...facts.besides }
}

/** @returns the result that may be shown; null while only the turnout may be shown */
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
