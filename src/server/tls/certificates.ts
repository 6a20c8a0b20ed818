/**
 * A server's certificate while it lives: what the gateway asks for, and what the server does with
 * it.
 */
import type { CertificateSource } from '../../ports/certificate-source.ts'

export interface Certificates extends CertificateSource {
  /** Call once the server listens: an authority looks for an answer at port 80. */
  readonly begin: () => void
  /** Looks at once whether there is a newer certificate, or asks for one. */
  readonly look: () => void
  readonly stop: () => Promise<void>
}
