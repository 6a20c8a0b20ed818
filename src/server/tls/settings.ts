/** The settings for a server's certificate, from options, environment or a file; checked. */
import type { CertificatePaths } from '../../adapters/tls/certificate-files.ts'

interface Common {
  /** Host names of the server, in lower case; it is announced by the first. */
  readonly domains: readonly string[]
  /** The port without TLS from which people are redirected; null for none. */
  readonly httpPort: number | null
  /** If given, clients are asked for a certificate. */
  readonly clients?: ClientSettings | undefined
}

/**
 * The authorities of valid client certificates, and where clients present them; see
 * `GatewayClients`.
 */
export interface ClientSettings {
  readonly path: string
  readonly where: 'asked' | 'needed' | { readonly port: number }
}

/** The server obtains its certificate itself, and renews it. */
export interface AcmeSettings extends Common {
  readonly kind: 'acme'
  readonly directoryUrl: string
  /** The authority's contact address. */
  readonly email?: string | undefined
}

/** Somebody else writes the certificate to files, and renews it there. */
export interface FileSettings extends Common {
  readonly kind: 'files'
  readonly paths: CertificatePaths
}

export type TlsSettings = AcmeSettings | FileSettings

export const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
