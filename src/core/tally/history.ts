/**
 * How the count grew: each contest's totals at past moments. Where ballots are held back, a moment
 * is a published checkpoint, and counts what was told by then; where they are told at once, the end
 * of a turnout span.
 *
 * Between two moments lie at least {@link LEAST_STEP} counted ballots, so that nobody seen voting
 * at 12:03 finds their ballot here. Elections whose results are for after the close keep none:
 * there the order in which votes came is nobody's business even later.
 */
import type { Election } from '../election/definition.ts'
import type { TallyCounts } from './plurality.ts'

const LEAST_STEP = 10
const MOST_POINTS = 240
/** Numbers kept at most: moments × options of all contests. */
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
  /** Of these, ballots that were held back then. */
  readonly held: readonly number[]
  /** null where none is kept. */
  readonly contests: readonly ContestHistory[] | null
}

export interface CountHistory {
  /** Notes a moment; too few ballots counted since the last one, and nothing is noted. */
  readonly mark: (moment: CountedMoment) => void
  /** The same object until a moment is noted. */
  readonly snapshot: () => HistorySnapshot
  readonly mostPoints: number
}

/** The count at a moment. */
export interface CountedMoment {
  readonly timeS: number
  /** Ballots cast by then, and of these those counted. */
  readonly cast: number
  readonly published: number
  /** Of those counted, as {@link totalsOf} has them. */
  readonly contests: readonly (readonly number[])[]
}

interface Moment {
  readonly timeS: number
  readonly cast: number
  readonly held: number
  readonly contests: readonly (readonly number[])[]
}

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
      // Every second moment goes, each that stays is as true as before.
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

/** Per contest: ballots, blanks, votes per option. */
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
