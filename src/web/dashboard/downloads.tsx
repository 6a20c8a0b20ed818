/** The result as files. Links are told as unavailable, not offered and refused, while the count is not shown. */
import { t } from '../shared/viewer.ts'
import type { Addresses } from './addresses.ts'

export function Downloads({ addresses, available }: { addresses: Addresses; available: boolean }) {
  return (
    <section class="panel downloads" aria-labelledby="downloads">
      <h2 id="downloads">{t.downloads}</h2>
      {available ? (
        <ul>
          <li>
            <a href={addresses.csv} download>
              {t.downloadCsv}
            </a>
          </li>
          <li>
            <a href={addresses.json} download>
              {t.downloadJson}
            </a>
          </li>
        </ul>
      ) : (
        <p class="hint">{t.downloadsLater}</p>
      )}
    </section>
  )
}
