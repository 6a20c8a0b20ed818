/**
 * The totals of a contest: ballots, votes, blank ballots, and the number that shares are parts of.
 */
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import { votesGiven } from './ranking.ts'
import { f, t } from './viewer.ts'

export function ContestTotals({ contest }: { contest: ContestSnapshot }) {
  return <>{totalsOf(contest).join(' · ')}</>
}

function totalsOf(contest: ContestSnapshot): string[] {
  const totals = [t.contestBallots(f.figure(contest.ballots))]
  if (contest.votes_allowed > 1) {
    totals.push(t.contestVotes(f.figure(votesGiven(contest.options))))
    totals.push(t.contestUnused(f.figure(contest.undervotes)))
  }
  totals.push(t.contestBlank(f.figure(contest.blank)))
  if (contest.votes_allowed > 1) totals.push(t.votesEach(f.figure(contest.votes_allowed)))
  if (contest.seats > 1) totals.push(t.seatCount(f.figure(contest.seats)))
  totals.push(contest.share_of === 'ballots' ? t.sharesOfBallots : t.sharesOfVotes)
  return totals
}
