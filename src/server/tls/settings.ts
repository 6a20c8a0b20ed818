/** How a server comes by its certificate, as options, environment or a file said it; checked. */
import type { CertificatePaths } from '../../adapters/tls/certificate-files.ts'

interface Common {
  /** Names that people reach the server by; the first is the one it is announced by. Lower case. */
  readonly domains: readonly string[]
  /** Where those who come without TLS are sent on from; null for nowhere. */
  readonly httpPort: number | null
  /** Where given, clients are asked for a certificate. */
  readonly clients?: ClientSettings | undefined
}

/** Whose clients' certificates are good, and where they are asked for; see `GatewayClients`. */
export interface ClientSettings {
  readonly path: string
  readonly where: 'asked' | 'needed' | { readonly port: number }
}

/** The server gets its certificate itself, and renews it. */
export interface AcmeSettings extends Common {
  readonly kind: 'acme'
  readonly directoryUrl: string
  /** Where the authority writes to. */
  readonly email?: string | undefined
}

/** Somebody else puts it into files, and renews it there. */
export interface FileSettings extends Common {
  readonly kind: 'files'
  readonly paths: CertificatePaths
}

export type TlsSettings = AcmeSettings | FileSettings

export const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'
