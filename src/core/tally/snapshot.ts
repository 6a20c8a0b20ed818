/**
 * What the public sees at one moment: the body of `GET /results` and of every event on `/results/stream`.
 *
 * A snapshot is whole: whoever has the last one needs no other. Where results are for after the close, `contests`
 * is null until then and only turnout is told (invariant 7).
 */
import type { Election } from '../election/definition.ts'
import { type Phase, resultsVisible } from '../election/phase.ts'
import type { PluralityTally } from './plurality.ts'

export interface OptionSnapshot {
  readonly id: string
  readonly name: string
  readonly color: string | null
  readonly votes: number
}

export interface ContestSnapshot {
  readonly id: string
  readonly title: string
  /** Votes each voter has. */
  readonly votes_allowed: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  /** In definition order; ranking is the reader's. */
  readonly options: readonly OptionSnapshot[]
  /** Per district that votes in the contest: its index in `districts`, then votes per option, then blank ballots. */
  readonly by_district: readonly (readonly number[])[]
}

export interface DistrictSnapshot {
  readonly id: string
  readonly name: string
  readonly eligible: number
  readonly cast: number
}

/** Invariant 4, from four independent counters. */
export interface InvariantSnapshot {
  readonly keys_used: number
  readonly ballots_stored: number
  readonly ballots_tallied: number
  /** Votes and undervotes of every contest, put back together into ballots. */
  readonly ballots_summed: number
  readonly holds: boolean
}

export interface ResultsSnapshot {
  readonly election: {
    readonly id: string
    readonly title: string
    readonly opens_at: string
    readonly closes_at: string
    readonly results: 'live' | 'after-close'
    readonly simulated: boolean
  }
  readonly phase: Phase
  /** When this snapshot was made, by the server's clock, ISO 8601. */
  readonly as_of: string
  /** When the newest ballot was recorded, ISO 8601; null before the first since the server started. */
  readonly last_ballot_at: string | null
  readonly eligible: number
  readonly cast: number
  /** Ballots per second over the last seconds. */
  readonly votes_per_second: number
  /** Unix seconds and ballots cast by then, oldest first, at most a few hundred points. */
  readonly turnout: readonly (readonly [number, number])[]
  readonly districts: readonly DistrictSnapshot[]
  /** null while results are not shown. */
  readonly contests: readonly ContestSnapshot[] | null
  readonly invariant: InvariantSnapshot
}

/** Everything a snapshot is made of that is not the election or its tally. */
export interface SnapshotFigures {
  readonly phase: Phase
  readonly nowMs: number
  readonly lastBallotAtMs: number | null
  /** Issued keys per district. */
  readonly eligible: ArrayLike<number>
  readonly keysUsed: number
  readonly ballotsStored: number
  readonly votesPerSecond: number
  readonly turnout: readonly (readonly [number, number])[]
}

export function snapshotOf(
  election: Election,
  tally: PluralityTally,
  figures: SnapshotFigures,
): ResultsSnapshot {
  let eligible = 0
  const districts = election.districts.map((district, d) => {
    eligible += figures.eligible[d]!
    return { ...district, eligible: figures.eligible[d]!, cast: tally.perDistrict[d]! }
  })
  return {
    election: {
      id: election.id,
      title: election.title,
      opens_at: new Date(election.opensAtMs).toISOString(),
      closes_at: new Date(election.closesAtMs).toISOString(),
      results: election.results,
      simulated: election.simulated,
    },
    phase: figures.phase,
    as_of: new Date(figures.nowMs).toISOString(),
    last_ballot_at: figures.lastBallotAtMs === null ? null : new Date(figures.lastBallotAtMs).toISOString(),
    eligible,
    cast: tally.ballots(),
    votes_per_second: figures.votesPerSecond,
    turnout: figures.turnout,
    districts,
    contests: resultsVisible(election, figures.phase) ? contestSnapshots(election, tally) : null,
    invariant: invariantOf(election, tally, figures),
  }
}

function contestSnapshots(election: Election, tally: PluralityTally): ContestSnapshot[] {
  return election.contests.map((contest, i) => {
    const counts = tally.contests[i]!
    const width = contest.options.length
    const totals = new Array<number>(width).fill(0)
    const byDistrict: number[][] = []
    let ballots = 0
    let blank = 0
    let undervotes = 0
    for (let d = 0; d < election.districts.length; d++) {
      if (contest.districts !== null && !contest.districts.has(d)) continue
      const row: number[] = [d]
      for (let j = 0; j < width; j++) {
        const votes = counts.votes[d * width + j]!
        totals[j]! += votes
        row.push(votes)
      }
      row.push(counts.blank[d]!)
      byDistrict.push(row)
      ballots += counts.ballots[d]!
      blank += counts.blank[d]!
      undervotes += counts.undervotes[d]!
    }
    return {
      id: contest.id,
      title: contest.title,
      votes_allowed: contest.votes,
      ballots,
      blank,
      undervotes,
      options: contest.options.map((option, j) => ({
        id: option.id,
        name: option.name,
        color: option.color ?? null,
        votes: totals[j]!,
      })),
      by_district: byDistrict,
    }
  })
}

/**
 * keys used = ballots stored = ballots tallied = what the votes themselves add up to, in every contest.
 * The last is worked out from the cells, so that a lost vote shows even where the number of ballots is right.
 */
function invariantOf(election: Election, tally: PluralityTally, figures: SnapshotFigures): InvariantSnapshot {
  const tallied = tally.ballots()
  let summed = tallied
  for (const [i, contest] of election.contests.entries()) {
    const counts = tally.contests[i]!
    let votes = 0
    for (const count of counts.votes) votes += count
    for (const count of counts.undervotes) votes += count
    let expected = 0
    for (let d = 0; d < election.districts.length; d++)
      if (contest.districts === null || contest.districts.has(d)) expected += tally.perDistrict[d]!
    if (votes !== expected * contest.votes) summed += votes / contest.votes - expected
  }
  return {
    keys_used: figures.keysUsed,
    ballots_stored: figures.ballotsStored,
    ballots_tallied: tallied,
    ballots_summed: summed,
    holds:
      figures.keysUsed === figures.ballotsStored && tallied === figures.ballotsStored && summed === tallied,
  }
}
