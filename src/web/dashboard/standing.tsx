/**
 * The winners or the present standing, and whether ballots that are not counted yet could change
 * it.
 */
import type { ContestSnapshot } from '../../core/status/snapshot.ts'
import type { Outcome } from '../../core/tally/outcome.ts'
import { outcomeSaid } from './outcome-statement.ts'
import { f, t } from './viewer.ts'

export function Standing({ contest, outcome }: { contest: ContestSnapshot; outcome: Outcome }) {
  const { result, change } = outcomeSaid(contest, outcome, t, f)
  return (
    <p class="standing">
      {result.join(' ')} {change !== null && <span class="hint">{change}</span>}
    </p>
  )
}
