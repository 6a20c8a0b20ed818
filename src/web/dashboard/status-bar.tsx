/** The line that stays in sight: status, how fresh the numbers are, and whether the connection holds. */
import type { ResultsSnapshot } from '../../core/tally/snapshot.ts'
import { ThemeToggle } from '../shared/theme-toggle.tsx'
import { f, t } from '../shared/viewer.ts'

export function StatusBar({ snapshot, lost }: { snapshot: ResultsSnapshot; lost: boolean }) {
  const asOf = Date.parse(snapshot.as_of)
  const time = f.moment(asOf, Date.now())
  return (
    <header class={lost ? 'status lost' : 'status'}>
      <span class={`badge ${snapshot.phase}`}>{t.phase[snapshot.phase]}</span>
      <p class="freshness">
        {lost ? null : (
          <>
            <span class="wide">{t.lastUpdated} </span>
            <time dateTime={snapshot.as_of}>{time}</time>
          </>
        )}
        <span role="status">{lost && t.connectionLost(time)}</span>
      </p>
      <ThemeToggle />
    </header>
  )
}
