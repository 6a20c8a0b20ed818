/** Shown in place of the contests while there is no count to show. */
import { f, t } from './viewer.ts'

export function HiddenResults({ closesAt }: { closesAt: string }) {
  return <Instead id="hidden" title={t.hidden} text={t.hiddenUntil(f.dateTime(Date.parse(closesAt)))} />
}

/** The reader looks back to a moment for which the server kept no count. */
export function NoHistory() {
  return <Instead id="no-history" title={t.noHistory} text={t.noHistoryHint} />
}

function Instead({ id, title, text }: { id: string; title: string; text: string }) {
  return (
    <section class="panel hidden-results" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p>{text}</p>
    </section>
  )
}
