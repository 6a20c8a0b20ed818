/** One contest for a frame in another site. Its only link leads to the whole page. */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { at } from '../shared/base.ts'
import { BareHeader } from './bare-header.tsx'
import { Contest } from './contest.tsx'
import { HeldBack } from './held-back.tsx'
import { HiddenResults } from './hidden-results.tsx'
import { Freshness, timeOf } from './status-bar.tsx'
import { t } from './viewer.ts'

const OPTIONS = 12

interface EmbedProps {
  readonly snapshot: ResultsSnapshot
  readonly lost: boolean
  /** '' means the first contest. */
  readonly contestId: string
}

export function Embed({ snapshot, lost, contestId }: EmbedProps) {
  const { election, contests } = snapshot
  const contest = contestId === '' ? contests?.[0] : contests?.find(({ id }) => id === contestId)
  return (
    <div class="embed">
      <BareHeader snapshot={snapshot} />
      <main>
        {contests === null ? (
          <HiddenResults closesAt={election.closes_at} />
        ) : contest === undefined ? (
          <p class="panel">{t.noSuchContest}</p>
        ) : (
          <Contest contest={contest} of={snapshot} atMost={OPTIONS} />
        )}
        <HeldBack snapshot={snapshot} />
      </main>
      <footer>
        <p role="status">{lost && t.connectionLost(timeOf(snapshot))}</p>
        {!lost && (
          <p>
            <Freshness snapshot={snapshot} />
          </p>
        )}
        <a href={at(`/e/${election.id}/results`)} target="_blank" rel="noopener">
          {t.fullResults}
        </a>
      </footer>
    </div>
  )
}
