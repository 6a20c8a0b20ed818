/**
 * The history of the count. The page loads it when the reader first needs it, and again after 10 s.
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
      // Without the history the slider still shows turnout. The next touch requests it again.
      .catch(() => {})
  }
  return { history, load }
}
