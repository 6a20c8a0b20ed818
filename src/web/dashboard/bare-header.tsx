/**
 * The header of a page without controls (a wall, or a frame in another site): the election's title
 * and its state.
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
