/** A part that opens to show the shares of a contest over time. */
import { useEffect, useState } from 'preact/hooks'
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { useLater } from './later.ts'
import { turnoutPoints } from './turnout.tsx'
import { t } from './viewer.ts'

interface SharesProps {
  readonly snapshot: ResultsSnapshot
  readonly contest: ContestSnapshot
  readonly history: HistorySnapshot | null
  /** Requests the history, if the last request was long enough ago. */
  readonly load: () => void
}

export function Shares({ snapshot, contest, history, load }: SharesProps) {
  const [open, setOpen] = useState(false)
  const Chart = useLater(open, async () => (await import('./shares-chart.tsx')).SharesChart)
  useEffect(() => {
    if (open) load()
  }, [open, snapshot])
  return (
    <details class="shares" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`${t.sharesOverTime}: ${contest.title}`}>{t.sharesOverTime}</summary>
      {open && Chart !== null && (
        <Chart
          contest={contest}
          history={history}
          points={turnoutPoints(snapshot)}
          eligible={snapshot.eligible}
        />
      )}
    </details>
  )
}
