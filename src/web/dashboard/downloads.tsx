/**
 * The result as files. Links are told as unavailable, not offered and refused, while the count is
 * not shown.
 */

import type { Addresses } from './addresses.ts'
import { onLink } from './reading.ts'
import { t } from './viewer.ts'

interface DownloadsProps {
  readonly addresses: Addresses
  readonly available: boolean
  readonly certified: boolean
}

export function Downloads({ addresses, available, certified }: DownloadsProps) {
  const files = [
    ...(certified
      ? [
          [addresses.certificate, t.downloadCertificate] as const,
          [addresses.certification, t.downloadCertification] as const,
        ]
      : []),
    [addresses.csv, t.downloadCsv] as const,
    [addresses.json, t.downloadJson] as const,
    [addresses.cdf, t.downloadCdf] as const,
  ]
  return (
    <section class="panel downloads" aria-labelledby="downloads">
      <h2 id="downloads">{t.downloads}</h2>
      {available ? (
        <ul>
          {files.map(([address, label]) => (
            <li key={address}>
              <a href={address} download onClick={onLink()}>
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
