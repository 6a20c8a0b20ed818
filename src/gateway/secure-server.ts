/**
 * HTTPS with a certificate that may arrive late and change while the server runs. Votes, limits and
 * answers are those of plain HTTP: only the sockets differ.
 */
import { constants } from 'node:crypto'
import type { RequestListener, Server, ServerOptions } from 'node:http'
import { createServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { CertificateSource, ClientAuthorities } from '../ports/certificate-source.ts'

/**
 * One year: browsers that were here once use only HTTPS. It does not apply to other hosts of the
 * domain, which may belong to others.
 */
export const STRICT_TRANSPORT = 'max-age=31536000'
/** From the first byte to the end of the handshake. */
export const HANDSHAKE_MS = 10_000
/**
 * Session ticket keys are replaced this often: a key that is stolen later decrypts at most one day.
 */
const NEW_TICKET_KEYS_EVERY_MS = 86_400_000
/** Exists in Node 24, but not in its types. */
const { SSL_OP_NO_RENEGOTIATION = 0 } = constants as { readonly SSL_OP_NO_RENEGOTIATION?: number }

const RULES: SecureContextOptions = { minVersion: 'TLSv1.2', secureOptions: SSL_OP_NO_RENEGOTIATION }

/**
 * Clients are asked for a certificate of these authorities; a client without one is accepted unless
 * `isNeeded`.
 */
export interface AskedClients {
  readonly authorities: ClientAuthorities
  readonly isNeeded: boolean
}

/** Before the first certificate every handshake is refused. */
export function secureServer(
  certificates: CertificateSource,
  options: ServerOptions,
  listen: RequestListener,
  clients?: AskedClients,
): Server {
  const context = (): SecureContextOptions => ({
    ...{ ...RULES, ...certificates.current() },
    ...(clients && { ca: clients.authorities.current() }),
  })
  const asked = clients && { requestCert: true, rejectUnauthorized: clients.isNeeded }
  const server = createServer(
    { ...options, ...context(), ...asked, handshakeTimeout: HANDSHAKE_MS, ALPNProtocols: ['http/1.1'] },
    listen,
  )
  // This also replaces the ticket keys: no session continues with an authority that is no longer
  // trusted.
  const renew = (): void => server.setSecureContext(context())
  certificates.onChange(renew)
  clients?.authorities.onChange(renew)
  const ticketKeys = setInterval(renew, NEW_TICKET_KEYS_EVERY_MS).unref()
  server.on('close', () => clearInterval(ticketKeys))
  return server
}
