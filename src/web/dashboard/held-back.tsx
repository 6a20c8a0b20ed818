/** Says how many ballots are not in the votes yet, and why. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

export function HeldBack({ snapshot: { held, election } }: { snapshot: ResultsSnapshot }) {
  if (!held) return null
  return (
    <details class="held-back">
      <summary>
        <strong>{t.heldBack(f.figure(held))}</strong> <span class="why">{t.why}</span>
      </summary>
      <p>{t.heldBackMeaning(f.figure(election.suppress_below))}</p>
    </details>
  )
}
