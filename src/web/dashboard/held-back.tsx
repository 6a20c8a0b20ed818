/** Says plainly that ballots are missing from the votes, how many, and why. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { f, t } from './viewer.ts'

export function HeldBack({ snapshot: { held, election } }: { snapshot: ResultsSnapshot }) {
  if (!held) return null
  return (
    <p class="held-back">
      <strong>{t.heldBack(f.figure(held))}</strong> {t.heldBackMeaning(f.figure(election.suppress_below))}
    </p>
  )
}
