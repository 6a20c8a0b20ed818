/**
 * What the public sees at one moment: the body of `GET /results` and of every event on
 * `/results/stream`.
 *
 * A snapshot is whole: whoever has the last one needs no other. What it tells of the count is
 * shown.ts's: where results are for after the close, `contests`, `blank` and `held` are null until
 * every ballot is told (docs/invariants.md, "Groups of k"). Turnout (`cast`, everywhere) is told of
 * every ballot; `contests` and `blank` leave out those held back.
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
  /** Takes no seat; left out where it is an option like others. */
  readonly none_of_these?: true
}

export interface ContestSnapshot {
  readonly id: string
  readonly title: string
  /** Votes each voter has. */
  readonly votes_allowed: number
  /** How many options win. */
  readonly seats: number
  /** A yes/no question: it passes where its first option reaches the threshold. */
  readonly measure: boolean
  /** What shares are of. */
  readonly share_of: 'votes' | 'ballots'
  readonly threshold: Threshold | null
  readonly quorum: Quorum | null
  /** Keys issued in its districts. */
  readonly eligible: number
  readonly ballots: number
  readonly blank: number
  readonly undervotes: number
  /** In definition order; ranking is the reader's. */
  readonly options: readonly OptionSnapshot[]
  /**
   * Per district that votes in the contest: its index in `districts`, then votes per option, then
   * blank ballots. Of a withheld district (shown.ts) the index alone.
   */
  readonly by_district: readonly (readonly number[])[]
}

export interface DistrictSnapshot {
  readonly id: string
  readonly name: string
  readonly eligible: number
  readonly cast: number
}

/**
 * Whether the count balances (docs/invariants.md, "The balance"), from four independent counters.
 */
export interface InvariantSnapshot {
  readonly keys_used: number
  readonly ballots_stored: number
  readonly ballots_tallied: number
  /** Votes and undervotes of every contest, put back together into ballots. */
  readonly ballots_summed: number
  /**
   * On a cluster, once the public log is closed: whether the engines' result is the one that its
   * close names.
   */
  readonly matches_log?: boolean
  readonly holds: boolean
  /**
   * The numbers differ, and `holds` is true all the same: ballots are on their way from engine to
   * engine.
   */
  readonly settling?: true
}

export interface ResultsSnapshot {
  readonly election: {
    readonly id: string
    /** In the election's first language, as all names here; the definition has the others. */
    readonly title: string
    /** The languages of its texts; left out where it names none. */
    readonly languages?: readonly string[]
    /** SHA-256 of the map of its districts, hexadecimal; left out where it has none. */
    readonly map?: string
    readonly opens_at: string
    readonly closes_at: string
    readonly results: 'live' | 'after-close'
    readonly simulated: boolean
    /** Ballots of a district are told in groups of so many; 1 tells every ballot at once. */
    readonly suppress_below: number
  }
  readonly phase: Phase
  /** When this snapshot was made, by the server's clock, ISO 8601. */
  readonly as_of: string
  /**
   * When the newest ballot was recorded, ISO 8601; null before the first since the server started.
   */
  readonly last_ballot_at: string | null
  readonly eligible: number
  readonly cast: number
  /** Ballots that mark nothing in any contest; null while results are not shown. */
  readonly blank: number | null
  /** Ballots cast that are not in the counts yet; null while results are not shown. */
  readonly held: number | null
  /**
   * The published checkpoint that the counts are a function of; null where they count every ballot
   * stored, or none.
   */
  readonly checkpoint: CountedTree | null
  /** Ballots per second over the last seconds. */
  readonly votes_per_second: number
  /** Unix seconds and ballots cast by then, oldest first, at most a few hundred points. */
  readonly turnout: readonly (readonly [number, number])[]
  readonly districts: readonly DistrictSnapshot[]
  /** null while results are not shown. */
  readonly contests: readonly ContestSnapshot[] | null
  readonly invariant: InvariantSnapshot
  /** Where the public log stands; null where this server does not know. */
  readonly log: PublicLogState | null
  /** How the engines of a cluster are doing; left out on one machine. */
  readonly pipeline?: PipelineSnapshot
}

/** Everything a snapshot is made of that is not the election or its tally. */
export interface SnapshotFigures {
  readonly phase: Phase
  readonly nowMs: number
  readonly lastBallotAtMs: number | null
  /** Keys issued per district by now. */
  readonly eligible: ArrayLike<number>
  /**
   * Keys issued per district when the election was made: what is told of small districts goes by
   * these.
   */
  readonly issued: ArrayLike<number>
  readonly keysUsed: number
  readonly ballotsStored: number
  /** What the public log has told; null where that is every ballot as it comes. */
  readonly published: PublishedCount | null
  readonly votesPerSecond: number
  readonly turnout: readonly (readonly [number, number])[]
  readonly log?: PublicLogState | null
}

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
 * keys used = ballots stored = ballots tallied = what the votes themselves add up to, in every
 * contest. The last is worked out from the cells, so that a lost vote shows even where the number
 * of ballots is right.
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
