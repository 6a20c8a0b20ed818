/** Shown in place of the contests while there is no count to show. */
import type { Lack } from './use-history.ts'
import { f, t } from './viewer.ts'

export function HiddenResults({ closesAt }: { closesAt: string }) {
  return <Instead id="hidden" title={t.hidden} text={t.hiddenUntil(f.dateTime(Date.parse(closesAt)))} />
}

/**
 * The reader looks back to a moment without a count.
 *
 * @param lack why the page has no history; undefined if the server kept no count for this moment
 */
export function NoHistory({ lack }: { lack: Lack | undefined }) {
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
