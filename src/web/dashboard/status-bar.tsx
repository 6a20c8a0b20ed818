/**
 * The bar that stays visible: the status, the age of the numbers, the connection, and the controls
 * that pause.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { ThemeToggle } from './theme-toggle.tsx'
import { f, t } from './viewer.ts'

interface StatusBarProps {
  readonly snapshot: ResultsSnapshot
  readonly lost: boolean
  readonly polled: boolean
  readonly paused: boolean
  readonly setPaused: (pause: boolean) => void
  readonly past: boolean
  readonly backToNow: () => void
}

export function StatusBar({ snapshot, lost, polled, paused, setPaused, past, backToNow }: StatusBarProps) {
  const time = timeOf(snapshot)
  const notice = past
    ? t.lookingBackAt(time)
    : paused
      ? t.pausedAt(time)
      : lost
        ? t.connectionLost(time)
        : null
  return (
    <header class={`status${lost ? ' lost' : ''}${past || paused ? ' held' : ''}`}>
      <Badges snapshot={snapshot} />
      <p class="freshness">
        {notice === null && <Freshness snapshot={snapshot} />}
        <span role="status">{notice ?? (polled && <span class="hint">{t.polled}</span>)}</span>
      </p>
      {past ? (
        <button type="button" class="pill" onClick={backToNow}>
          {t.backToNow}
        </button>
      ) : (
        <button type="button" class="pill" onClick={() => setPaused(!paused)}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d={paused ? 'M4 2l10 6-10 6z' : 'M3 2h4v12H3zM9 2h4v12H9z'} />
          </svg>
          <span>{paused ? t.resume : t.pause}</span>
        </button>
      )}
      <ThemeToggle />
    </header>
  )
}

/** The phase of the election, and what it means for the count. */
export function Badges({ snapshot: { phase, contests, election, log } }: { snapshot: ResultsSnapshot }) {
  const certified = phase === 'closed' && log?.certified_at !== undefined
  const later = contests === null && election.results === 'after-close'
  return (
    <>
      <span class={`badge ${certified ? 'certified' : phase}`}>
        {certified ? t.certified : t.phase[phase]}
      </span>
      {later && <span class="badge later">{phase === 'closed' ? t.resultsSoon : t.resultsLater}</span>}
    </>
  )
}

export function Freshness({ snapshot }: { snapshot: ResultsSnapshot }) {
  return (
    <>
      <span class="wide">{t.lastUpdated} </span>
      <time dateTime={snapshot.as_of}>{timeOf(snapshot)}</time>
    </>
  )
}

export function timeOf({ as_of }: ResultsSnapshot): string {
  return f.moment(Date.parse(as_of), Date.now())
}
