/** Shown in place of the contests while there is no count to show. */
import type { Lack } from './use-history.ts'
import { f, t } from './viewer.ts'

export function HiddenResults({ closesAt }: { closesAt: string }) {
  return <Instead id="hidden" title={t.hidden} text={t.hiddenUntil(f.dateTime(Date.parse(closesAt)))} />
}

interface NoContestsProps {
  /** Whether results come after the close. */
  readonly hidden: boolean
  readonly closesAt: string
  /** Why the page has no history; undefined if it has one. */
  readonly lack: Lack | undefined
}

/** Results come after the close, or the reader looks back to a moment without a count. */
export function NoContests({ hidden, closesAt, lack }: NoContestsProps) {
  if (hidden) return <HiddenResults closesAt={closesAt} />
  const [title, text] = {
    loading: [t.historyLoads, t.turnoutKnown],
    failed: [t.historyFails, `${t.turnoutKnown} ${t.historyFailsHint}`],
    kept: [t.noHistory, `${t.turnoutKnown} ${t.noHistoryHint}`],
  }[lack ?? 'kept'] as [string, string]
  return <Instead id="no-history" title={title} text={text} />
}

function Instead({ id, title, text }: { id: string; title: string; text: string }) {
  return (
    <section class="panel hidden-results" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p>{text}</p>
    </section>
  )
}
