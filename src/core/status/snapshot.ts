/**
 * What the public sees at one moment: the body of `GET /results` and of every event on
 * `/results/stream`.
 *
 * A snapshot is complete: a reader with the newest one needs no other. shown.ts decides what it
 * contains of the count: with results after the close, `contests`, `blank` and `held` are null
 * until every ballot is published (docs/invariants.md, "Groups of k"). Turnout (each `cast`)
 * includes every ballot; `contests` and `blank` leave out held ones.
 */
import type { Election } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import type { Quorum, Threshold } from '../election/share.ts'
import type { TallyCounts } from '../tally/plurality.ts'
import type { CountedTree, PublishedCount } from '../tally/published-tally.ts'
import { districtsOf } from '../tally/result.ts'
import { isWithheld, type ShownResult, shownCount } from '../tally/shown.ts'
import type { PipelineSnapshot } from './pipeline-snapshot.ts'
import type { PublicLogState } from './public-log-state.ts'

export interface OptionSnapshot {
  readonly id: string
  readonly name: string
  readonly color: string | null
  readonly votes: number
  /** Whether it takes no seat; left out for ordinary options. */
  readonly none_of_these?: true
}

export interface ContestSnapshot {
  readonly id: string
  readonly title: string
  /** The votes that each voter has. */
  readonly votes_allowed: number
  /** How many options win. */
  readonly seats: number
  /** Whether it is a yes/no question, which passes if its first option reaches the threshold. */
  readonly measure: boolean
  /** What shares are computed of. */
  readonly share_of: 'votes' | 'ballots'
  readonly threshold: Threshold | null
  readonly quorum: Quorum | null
  /** Keys issued in its districts. */
  readonly eligible: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  /** In definition order; the reader ranks them. */
  readonly options: readonly OptionSnapshot[]
  /**
   * For each district that votes in the contest: its index in `districts`, then votes per option,
   * then blank ballots. For a withheld district (shown.ts) only its index.
   */
  readonly by_district: readonly (readonly number[])[]
}

export interface DistrictSnapshot {
  readonly id: string
  readonly name: string
  readonly eligible: number
  readonly cast: number
}

/** Whether four independent counters agree (docs/invariants.md, "The balance"). */
export interface InvariantSnapshot {
  readonly keys_used: number
  readonly ballots_stored: number
  readonly ballots_tallied: number
  /** The number of ballots computed from the votes and undervotes of every contest. */
  readonly ballots_summed: number
  /**
   * On a cluster, once the public log is closed: whether the engines' result is the one that the
   * close commits to.
   */
  readonly matches_log?: boolean
  readonly holds: boolean
  /**
   * The numbers differ although `holds` is true, because ballots are on their way between engines.
   */
  readonly settling?: true
}

export interface ResultsSnapshot {
  readonly election: {
    readonly id: string
    /** In the election's first language, as all names here; the definition has the others. */
    readonly title: string
    /** The languages of its texts; left out if it names none. */
    readonly languages?: readonly string[]
    /** The SHA-256 of the map of its districts, hexadecimal; left out if it has none. */
    readonly map?: string
    readonly opens_at: string
    readonly closes_at: string
    readonly results: 'live' | 'after-close'
    readonly simulated: boolean
    /**
     * k: the ballots of a district are published in groups of k; 1 publishes each ballot at once.
     */
    readonly suppress_below: number
  }
  readonly phase: Phase
  /** When the snapshot was taken, by the server's clock, ISO 8601. */
  readonly as_of: string
  /**
   * When the newest ballot was recorded, ISO 8601; null until the server has recorded one since its
   * start.
   */
  readonly last_ballot_at: string | null
  readonly eligible: number
  readonly cast: number
  /** Ballots that mark nothing in any contest; null while results are not shown. */
  readonly blank: number | null
  /** Ballots cast but not counted yet; null while results are not shown. */
  readonly held: number | null
  /**
   * The published checkpoint that the counts belong to; null if they include every stored ballot,
   * or none.
   */
  readonly checkpoint: CountedTree | null
  /** Ballots per second over the last seconds. */
  readonly votes_per_second: number
  /** Unix seconds and ballots cast by then, oldest first, at most a few hundred points. */
  readonly turnout: readonly (readonly [number, number])[]
  readonly districts: readonly DistrictSnapshot[]
  /** Null while results are not shown. */
  readonly contests: readonly ContestSnapshot[] | null
  readonly invariant: InvariantSnapshot
  /** The state of the public log; null if this server does not know it. */
  readonly log: PublicLogState | null
  /** The state of a cluster's engines; left out on one machine. */
  readonly pipeline?: PipelineSnapshot
}

/** The parts of a snapshot besides the election and its tally. */
export interface SnapshotFigures {
  readonly phase: Phase
  readonly nowMs: number
  readonly lastBallotAtMs: number | null
  /** Keys issued per district so far. */
  readonly eligible: ArrayLike<number>
  /** Keys issued per district at the genesis, which decide what is shown of small districts. */
  readonly issued: ArrayLike<number>
  readonly keysUsed: number
  readonly ballotsStored: number
  /** The published ballots; null if every ballot is published as it comes. */
  readonly published: PublishedCount | null
  readonly votesPerSecond: number
  readonly turnout: readonly (readonly [number, number])[]
  readonly log?: PublicLogState | null
}

/**
 * Builds a snapshot.
 * @param tally every stored ballot
 */
export function snapshotOf(
  election: Election,
  tally: TallyCounts,
  figures: SnapshotFigures,
): ResultsSnapshot {
  let eligible = 0
  const districts = election.districts.map((district, d) => {
    eligible += figures.eligible[d]!
    const { id, name } = district
    return { id, name, eligible: figures.eligible[d]!, cast: tally.perDistrict[d]! }
  })
  const { phase, issued, published } = figures
  const shown = shownCount(election, { phase, issued, stored: tally, published })
  return {
    election: {
      id: election.id,
      title: election.title,
      ...(election.languages.length > 0 && { languages: election.languages }),
      ...(election.map?.sha256 && { map: election.map.sha256 }),
      opens_at: new Date(election.opensAtMs).toISOString(),
      closes_at: new Date(election.closesAtMs).toISOString(),
      results: election.results,
      simulated: election.simulated,
      suppress_below: election.suppressBelow,
    },
    phase: figures.phase,
    as_of: new Date(figures.nowMs).toISOString(),
    last_ballot_at: figures.lastBallotAtMs === null ? null : new Date(figures.lastBallotAtMs).toISOString(),
    eligible,
    cast: tally.ballots(),
    blank: shown === null ? null : shown.blank,
    held: shown === null ? null : shown.result.held,
    checkpoint: shown === null ? null : shown.checkpoint,
    votes_per_second: figures.votesPerSecond,
    turnout: figures.turnout,
    districts,
    contests: shown === null ? null : contestSnapshots(election, shown.result, figures.eligible),
    invariant: invariantOf(election, tally, figures),
    log: figures.log ?? null,
  }
}

function contestSnapshots(
  election: Election,
  shown: ShownResult,
  eligible: ArrayLike<number>,
): ContestSnapshot[] {
  return election.contests.map((contest, i) => {
    const { id, ballots, blank, undervotes, options, districts } = shown.contests[i]!
    const indexes = districtsOf(election, contest)
    return {
      id,
      title: contest.title,
      votes_allowed: contest.votes,
      ...{ seats: contest.seats, measure: contest.measure, share_of: contest.shareOf },
      ...{ threshold: contest.threshold, quorum: contest.quorum },
      eligible: indexes.reduce((sum, d) => sum + eligible[d]!, 0),
      ballots,
      blank,
      undervotes,
      options: contest.options.map((option, j) => ({
        id: option.id,
        name: option.name,
        color: option.color,
        votes: options[j]!.votes,
        ...(option.noneOfThese && { none_of_these: true as const }),
      })),
      by_district: indexes.map((d, row) => {
        const district = districts[row]!
        return isWithheld(district) ? [d] : [d, ...district.votes, district.blank]
      }),
    }
  })
}

/**
 * Checks that keys used = ballots stored = ballots tallied = the sum of the votes, in every
 * contest. The sum is computed from single counts, so a lost vote is noticed even if the number of
 * ballots is right.
 */
export function invariantOf(
  election: Election,
  tally: TallyCounts,
  figures: Pick<SnapshotFigures, 'keysUsed' | 'ballotsStored'>,
): InvariantSnapshot {
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
