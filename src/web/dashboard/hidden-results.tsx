/** What stands in the place of the contests while their count is not shown. */
import { f, t } from '../shared/viewer.ts'

export function HiddenResults({ closesAt }: { closesAt: string }) {
  return (
    <section class="panel hidden-results" aria-labelledby="hidden">
      <h2 id="hidden">{t.hidden}</h2>
      <p>{t.hiddenUntil(f.dateTime(Date.parse(closesAt)))}</p>
    </section>
  )
}
