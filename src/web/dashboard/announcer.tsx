/** The polite live region. It changes at most every 30 s, and only if its text has changed. */
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
