/**
 * The certificate that a client has shown on its connection, where the server asks for one (RFC
 * 8446 section 4.3.2).
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type ClientCertificate, fingerprintText, subjectText } from '../core/access/access-token.ts'

/** Read once per connection: what a client has shown stays. */
const SHOWN = new WeakMap<Socket, ClientCertificate | null>()

/**
 * Undefined where the client has shown none, or one that no authority of the server's signed. Its
 * time was good when the connection began, or when the one began that it resumes: hold `notAfterMs`
 * against the clock.
 */
export function clientCertificateOf(socket: Socket): ClientCertificate | undefined {
  const known = SHOWN.get(socket)
  if (known !== undefined) return known ?? undefined
  const shown = shownOn(socket)
  SHOWN.set(socket, shown ?? null)
  return shown
}

function shownOn(socket: Socket): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return (
    certificate && {
      sha256: fingerprintText(certificate.fingerprint256),
      subject: subjectText(certificate.subject),
      notAfterMs: certificate.validToDate.getTime(),
    }
  )
}
