/** A server's certificate while it runs, for the gateway and for the server. */
import type { CertificateSource } from '../../ports/certificate-source.ts'

export interface Certificates extends CertificateSource {
  /** Call this once the server listens: the authority checks an answer at port 80. */
  readonly begin: () => void
  /** Checks at once for a newer certificate, or requests one. */
  readonly look: () => void
  readonly stop: () => Promise<void>
}
