/**
 * How the count grew: each contest's totals at past moments, from the ballots' order in the log and the turnout spans.
 *
 * Between two moments lie at least {@link LEAST_STEP} ballots, so that nobody seen voting at 12:03 finds their ballot
 * here. Elections whose results are for after the close keep none, for the same reason: there the order in which votes
 * came is nobody's business even later.
 */
import type { Election } from '../election/definition.ts'
import type { PluralityTally } from './plurality.ts'

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
  /** null where none is kept. */
  readonly contests: readonly ContestHistory[] | null
}

export interface CountHistory {
  /** Notes what `tally` holds as the count at `timeS`; too few ballots since the last moment, and nothing is noted. */
  readonly mark: (timeS: number) => void
  readonly snapshot: () => HistorySnapshot
  readonly mostPoints: number
}

interface Moment {
  readonly timeS: number
  readonly ballots: number
  readonly contests: readonly (readonly number[])[]
}

export function countHistory(
  election: Pick<Election, 'results' | 'contests' | 'suppressBelow'>,
  tally: PluralityTally,
): CountHistory {
  const options = election.contests.reduce((sum, contest) => sum + contest.options.length + 2, 0)
  const most = Math.max(2, Math.min(MOST_POINTS, Math.floor(MOST_NUMBERS / options)))
  const step = Math.max(LEAST_STEP, election.suppressBelow)
  let moments: Moment[] = []

  return {
    mostPoints: most,
    mark: (timeS) => {
      const last = moments.at(-1)
      if (election.results !== 'live' || tally.ballots() - (last?.ballots ?? 0) < step) return
      if (last !== undefined && timeS <= last.timeS) return
      moments.push({ timeS, ballots: tally.ballots(), contests: totals(election, tally) })
      // Every second moment goes, each that stays is as true as before.
      if (moments.length > most) moments = moments.filter((_, i) => i % 2 === 1 || i === moments.length - 1)
    },
    snapshot: () => ({
      times: moments.map(({ timeS }) => timeS),
      cast: moments.map(({ ballots }) => ballots),
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
function totals(election: Pick<Election, 'contests'>, tally: PluralityTally): number[][] {
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
