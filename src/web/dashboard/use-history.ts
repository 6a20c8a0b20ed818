/**
 * The history of the count, fetched when the reader first reaches for it, and anew when it has
 * grown old.
 */
import { useRef, useState } from 'preact/hooks'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { get } from './reading.ts'

const FRESH_MS = 10_000

export function useHistory(url: string) {
  const [history, setHistory] = useState<HistorySnapshot | null>(null)
  const askedAtMs = useRef(Number.NEGATIVE_INFINITY)
  const load = () => {
    if (performance.now() - askedAtMs.current < FRESH_MS) return
    askedAtMs.current = performance.now()
    get(url)
      .then(async (answer) => {
        if (answer.ok) setHistory((await answer.json()) as HistorySnapshot)
      })
      // Without it the scrubber still tells turnout; the next touch asks again.
      .catch(() => {})
  }
  return { history, load }
}
