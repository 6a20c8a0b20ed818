/**
 * The totals counted here beside the published ones, and the changes to the election while it ran.
 */
import type { ComparedContest } from './compared-totals.ts'
import type { Outcome } from './job.ts'
import { f, t } from './words.ts'

export function Totals({ outcome: { totals } }: { readonly outcome: Outcome }) {
  if (totals === null) return null
  return (
    <section aria-labelledby="totals" class="totals">
      <h2 id="totals">{t.totalsTitle}</h2>
      {totals.map((contest, i) => (
        <ContestTotals key={i} contest={contest} />
      ))}
    </section>
  )
}

function ContestTotals({ contest: { title, options } }: { readonly contest: ComparedContest }) {
  const isCompared = options.some(({ published }) => published !== null)
  return (
    <table>
      <caption>
        <bdi>{title}</bdi>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t.option}</th>
          <th scope="col" class="number">
            {t.countedHere}
          </th>
          {isCompared && (
            <th scope="col" class="number">
              {t.publishedThere}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {options.map(({ name, counted, published }, i) => (
          <tr key={i} class={isCompared && published !== counted ? 'wrong' : ''}>
            <th scope="row">
              <bdi translate={false}>{name}</bdi>
            </th>
            <td class="number">{f.count(counted)}</td>
            {isCompared && (
              <td class="number">
                {published === null ? '–' : f.count(published)}
                {published !== counted && <strong> {t.differs}</strong>}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Amendments, in the order of the log. */
export function Changes({ report }: Pick<Outcome, 'report'>) {
  if (report.amendments.length === 0) return null
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{t.changesTitle}</h2>
      <ul>
        {report.amendments.map((each) => {
          const at = f.dateTime(Date.parse(each.at))
          return (
            <li key={each.leaf} data-amendment={each.leaf}>
              {'closesAt' in each
                ? t.extended(at, f.dateTime(Date.parse(each.closesAt)))
                : t.keysAdded(at, f.figure(each.keysIssued))}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
