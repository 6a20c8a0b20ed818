/** Who is ahead and by how much, and whether the ballots still out could change it. */
import type { Phase } from '../../core/election/phase.ts'
import type { ContestSnapshot, OptionSnapshot } from '../../core/status/snapshot.ts'
import { marginSentence } from './margin-sentence.ts'
import { canStillChange, marginOf, type Ranked } from './ranking.ts'
import { f, t } from './viewer.ts'

interface StandingProps {
  readonly contest: ContestSnapshot
  readonly ranked: readonly Ranked<OptionSnapshot>[]
  readonly phase: Phase
}

export function Standing({ contest, ranked, phase }: StandingProps) {
  const margin = marginOf(ranked, contest.votes_allowed)
  if (margin.kind === 'none') {
    if (contest.options.some(({ votes }) => votes > 0)) return null
    return <p class="standing">{phase === 'closed' ? t.noVotes : t.noVotesYet}</p>
  }
  const outstanding = Math.max(0, contest.eligible - contest.ballots)
  const words = canStillChange(margin, outstanding) ? t.canStillChange : t.cannotChange
  const votes = margin.kind === 'tie' ? 0 : margin.votes
  return (
    <p class="standing">
      {marginSentence(margin, contest.votes_allowed, t, f)}{' '}
      {phase === 'open' && <span class="hint">{words(f.figure(outstanding), f.count(votes))}</span>}
    </p>
  )
}
