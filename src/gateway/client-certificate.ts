/**
 * The certificate that a client presented on its connection, if the server requests one (RFC 8446
 * section 4.3.2).
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type ClientCertificate, fingerprintText, subjectText } from '../core/access/access-token.ts'

/** Read once per connection: it does not change. */
const SHOWN = new WeakMap<Socket, ClientCertificate | null>()

/**
 * Returns undefined if the client presented none, or one that no authority of the server signed.
 * The certificate was valid when the connection began, or when the resumed connection began:
 * compare `notAfterMs` with the clock.
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
