/** Opens the certificate of a server in the way of its settings. */

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

/** @throws {BadInput} if the operator's files have no certificate that browsers would accept */
export function openCertificates(
  settings: TlsSettings,
  { dataDir, clock, log }: CertificateDeps,
): Certificates {
  return settings.kind === 'files'
    ? fileCertificates(settings, clock, log)
    : acmeCertificates(settings, { folder: tlsDir(dataDir), clock, log })
}

/**
 * Checks the operator's files as a start would.
 * @throws {BadInput}, and faults of reading unchanged
 */
export function refuseUnfitFiles(settings: TlsSettings, clock: Clock): void {
  if (settings.kind === 'files') fitOrRefused(settings, clock)
  if (settings.clients !== undefined) readAuthorities(settings.clients.path)
}
