/**
 * The polite live region: at most one sentence or two every half minute, and only when something
 * changed.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { announcementOf } from './announcement.ts'
import { f, t } from './viewer.ts'

const EVERY_MS = 30_000

export function Announcer({ snapshot }: { snapshot: ResultsSnapshot }) {
  const latest = useRef(snapshot)
  latest.current = snapshot
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setInterval(() => setText(announcementOf(latest.current, t, f)), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p class="unseen" aria-live="polite">
      {text}
    </p>
  )
}
