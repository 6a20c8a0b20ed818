/** The result as files. Links are told as unavailable, not offered and refused, while the count is not shown. */
import { t } from '../shared/viewer.ts'
import type { Addresses } from './addresses.ts'

export function Downloads({ addresses, available }: { addresses: Addresses; available: boolean }) {
  const files = [
    [addresses.csv, t.downloadCsv],
    [addresses.json, t.downloadJson],
    [addresses.cdf, t.downloadCdf],
  ] as const
  return (
    <section class="panel downloads" aria-labelledby="downloads">
      <h2 id="downloads">{t.downloads}</h2>
      {available ? (
        <ul>
          {files.map(([address, label]) => (
            <li key={address}>
              <a href={address} download>
                {label}
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="hint">{t.downloadsLater}</p>
      )}
    </section>
  )
}
