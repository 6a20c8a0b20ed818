/**
 * The page as it was at an earlier moment. Turnout is known for every moment. Contests are known
 * only for the moments that the server kept (core/tally/history.ts); without one, none are shown.
 */

import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import type { TurnoutPoint } from './turnout-scale.ts'

/** @param timeS Unix seconds, of one of the points or between two of them */
export function snapshotAt(
  snapshot: ResultsSnapshot,
  points: readonly TurnoutPoint[],
  history: HistorySnapshot | null,
  timeS: number,
): ResultsSnapshot {
  const at = lastAtOrBefore(history?.times ?? [], timeS)
  const contests = snapshot.contests?.flatMap((contest, c) => {
    const past = history?.contests?.[c]
    if (at < 0 || past?.id !== contest.id || past.votes.length !== contest.options.length) return []
    const options = contest.options.map((option, j) => ({ ...option, votes: past.votes[j]![at]! }))
    const ballots = past.ballots[at]!
    const given = options.reduce((sum, { votes }) => sum + votes, 0)
    const undervotes = ballots * contest.votes_allowed - given
    return [{ ...contest, options, ballots, blank: past.blank[at]!, undervotes }]
  })
  const found = contests !== undefined && contests.length > 0
  // Everything on the page is of one moment: the moment of the count, if the count is known.
  const shownS = found ? history!.times[at]! : timeS
  const cast = found
    ? history!.cast[at]!
    : (points[
        lastAtOrBefore(
          points.map(([s]) => s),
          timeS,
        )
      ]?.[1] ?? 0)
  return {
    ...snapshot,
    as_of: new Date(shownS * 1000).toISOString(),
    last_ballot_at: null,
    cast,
    held: found ? history!.held[at]! : null,
    blank: found && contests.length === 1 ? contests[0]!.blank : null,
    contests: found ? contests : null,
  }
}

function lastAtOrBefore(times: readonly number[], timeS: number): number {
  return times.findLastIndex((time) => time <= timeS)
}
