/** The doctor's check of the TLS certificate that a server obtained for this data folder. */
import type { Finding } from '../../adapters/embedded/examine.ts'
import { type Certificate, UnfitCertificate } from '../../adapters/tls/certificate.ts'
import { certificateFile, readStored } from '../../adapters/tls/certificate-folder.ts'

const DAY_MS = 86_400_000
const SOON_PART = 1 / 4

/**
 * @returns an empty list if the folder stores no certificate: the server then gets it elsewhere
 */
export function certificateFindings(tlsFolder: string, nowMs: number): Finding[] {
  const check = 'TLS certificate'
  const remedy =
    'see "tls" in /healthz and the server’s log: the server renews it if the certificate authority allows it'
  let stored: Certificate | undefined
  try {
    stored = readStored(tlsFolder)
  } catch (cause) {
    if (!(cause instanceof UnfitCertificate)) throw cause
    const wrong = `${certificateFile(tlsFolder)}: the ${cause.part} ${cause.message}`
    return [{ check, wrong, remedy: 'delete the file: the server asks for another' }]
  }
  if (stored === undefined) return []
  const leftMs = stored.notAfterMs - nowMs
  const until = new Date(stored.notAfterMs).toISOString()
  if (leftMs <= 0) return [{ check, wrong: `expired at ${until}`, remedy }]
  if (leftMs < (stored.notAfterMs - stored.notBeforeMs) * SOON_PART)
    return [{ check, wrong: `expires at ${until}, in ${Math.floor(leftMs / DAY_MS)} days`, remedy }]
  return [{ check: `${check}, valid until ${until}` }]
}
