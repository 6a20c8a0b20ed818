/**
 * How the count grew: the totals of each contest at past moments. If ballots are held, a moment is
 * a published checkpoint with the ballots published by then; otherwise it is the end of a turnout
 * span.
 *
 * Between two moments at least {@link LEAST_STEP} ballots were counted. So a person who saw
 * somebody vote at 12:03 cannot find that ballot here. An election with results after the close has
 * no history, because the order in which votes came must stay secret even later.
 */
import type { Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

const LEAST_STEP = 10
const MOST_POINTS = 240
/** The most numbers in a history: moments × options of all contests. */
const MOST_NUMBERS = 60_000

export interface ContestHistory {
  readonly id: string
  /** By moment. */
  readonly ballots: readonly number[]
  readonly blank: readonly number[]
  /** By option, in definition order, then by moment. */
  readonly votes: readonly (readonly number[])[]
}

/** The body of `GET /results/history`. */
export interface HistorySnapshot {
  /** Unix seconds, ascending. */
  readonly times: readonly number[]
  /** Ballots of the whole election, by moment. */
  readonly cast: readonly number[]
  /** Of these, ballots that were held at that moment. */
  readonly held: readonly number[]
  /** Null if the election has no history. */
  readonly contests: readonly ContestHistory[] | null
}

export interface CountHistory {
  /** Adds a moment, unless too few ballots were counted since the last one. */
  readonly mark: (moment: CountedMoment) => void
  /** Returns the same object until a moment is added. */
  readonly snapshot: () => HistorySnapshot
  readonly mostPoints: number
}

/** The count at a moment. */
export interface CountedMoment {
  readonly timeS: number
  /** Ballots cast by then, and the number of them that are counted. */
  readonly cast: number
  readonly published: number
  /** The counted ballots, in the form of {@link totalsOf}. */
  readonly contests: readonly (readonly number[])[]
}

interface Moment {
  readonly timeS: number
  readonly cast: number
  readonly held: number
  readonly contests: readonly (readonly number[])[]
}

/**
 * Creates an empty history for an election. Its memory is bounded: if it is full, every second
 * moment is dropped.
 */
export function countHistory(election: Election): CountHistory {
  const options = election.contests.reduce((sum, contest) => sum + contest.options.length + 2, 0)
  const most = Math.max(2, Math.min(MOST_POINTS, Math.floor(MOST_NUMBERS / options)))
  const step = Math.max(LEAST_STEP, election.suppressBelow)
  let moments: Moment[] = []
  let made: HistorySnapshot | undefined

  return {
    mostPoints: most,
    mark: ({ timeS, cast, published, contests }) => {
      const last = moments.at(-1)
      const lastCounted = last === undefined ? 0 : last.cast - last.held
      if (election.results !== 'live' || published - lastCounted < step) return
      if (last !== undefined && timeS <= last.timeS) return
      made = undefined
      moments.push({ timeS, cast, held: cast - published, contests })
      // Every second moment is dropped; the others stay exact.
      if (moments.length > most) moments = moments.filter((_, i) => i % 2 === 1 || i === moments.length - 1)
    },
    snapshot: () =>
      (made ??= {
        times: moments.map(({ timeS }) => timeS),
        cast: moments.map(({ cast }) => cast),
        held: moments.map(({ held }) => held),
        contests:
          election.results === 'live'
            ? election.contests.map(({ id, options }, c) => {
                const line = (column: number) => moments.map(({ contests }) => contests[c]![column]!)
                return { id, ballots: line(0), blank: line(1), votes: options.map((_, j) => line(j + 2)) }
              })
            : null,
      }),
  }
}

/** @returns per contest: ballots, blank ballots, and votes per option, in definition order */
export function totalsOf(election: Pick<Election, 'contests'>, tally: TallyCounts): number[][] {
  return election.contests.map((contest, c) => {
    const counts = tally.contests[c]!
    const width = contest.options.length
    const total = new Array<number>(width + 2).fill(0)
    for (const ballots of counts.ballots) total[0]! += ballots
    for (const blank of counts.blank) total[1]! += blank
    for (let cell = 0; cell < counts.votes.length; cell++) total[2 + (cell % width)]! += counts.votes[cell]!
    return total
  })
}
