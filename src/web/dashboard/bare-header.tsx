/**
 * The head of a page that has no controls, on a wall or in a frame: which election, and how it
 * stands.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { Badges } from './status-bar.tsx'
import { t } from './viewer.ts'

export function BareHeader({ snapshot }: { readonly snapshot: ResultsSnapshot }) {
  const { title, simulated } = snapshot.election
  return (
    <header>
      <h1>
        <bdi>{title}</bdi>
      </h1>
      {simulated && <strong class="badge mark">{t.simulated}</strong>}
      <Badges snapshot={snapshot} />
    </header>
  )
}
