/** The certificate of a server, by whatever way its settings say. */

import type { Logger } from 'pino'
import { tlsDir } from '../../adapters/embedded/layout.ts'
import type { Clock } from '../../ports/clock.ts'
import { acmeCertificates } from './acme-certificates.ts'
import type { Certificates } from './certificates.ts'
import { readAuthorities } from './client-authorities.ts'
import { fileCertificates, fitOrRefused } from './file-certificates.ts'
import type { TlsSettings } from './settings.ts'

export interface CertificateDeps {
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Logger
}

/**
 * @throws {BadInput} where files of the operator's own hold no certificate that voters' browsers
 *   would take
 */
export function openCertificates(
  settings: TlsSettings,
  { dataDir, clock, log }: CertificateDeps,
): Certificates {
  return settings.kind === 'files'
    ? fileCertificates(settings, clock, log)
    : acmeCertificates(settings, { folder: tlsDir(dataDir), clock, log })
}

/**
 * Looks at the files that the operator named, as a start would. @throws {BadInput}, faults of
 * reading as they come
 */
export function refuseUnfitFiles(settings: TlsSettings, clock: Clock): void {
  if (settings.kind === 'files') fitOrRefused(settings, clock)
  if (settings.clients !== undefined) readAuthorities(settings.clients.path)
}
