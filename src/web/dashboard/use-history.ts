/**
 * The history of the count. The page loads it when the reader first needs it, and again after 10 s.
 */
import { useRef, useState } from 'preact/hooks'
import type { HistorySnapshot } from '../../core/tally/history.ts'
import { get } from './reading.ts'

const FRESH_MS = 10_000
const RETRY_MS = 1_000

/** Why the page has no history. */
export type Lack = 'loading' | 'failed'

export function useHistory(url: string) {
  const [history, setHistory] = useState<HistorySnapshot | Lack>('loading')
  const nextMs = useRef(0)
  const load = () => {
    if (performance.now() < nextMs.current) return
    nextMs.current = performance.now() + FRESH_MS
    get(url)
      .then(async (answer) => {
        if (!answer.ok) throw new Error(`status ${answer.status}`)
        const loaded = (await answer.json()) as HistorySnapshot
        setHistory(loaded)
      })
      // The slider still shows turnout. The next touch requests the history again.
      .catch(() => {
        nextMs.current = performance.now() + RETRY_MS
        setHistory((before) => (before === 'loading' ? 'failed' : before))
      })
  }
  return typeof history === 'string'
    ? { history: null, lack: history, load }
    : { history, lack: undefined, load }
}
