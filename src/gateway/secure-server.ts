/**
 * HTTPS with a certificate that may come late and change while the server runs. Votes, limits and
 * answers are those of plain HTTP: only the sockets differ.
 */
import { constants } from 'node:crypto'
import type { RequestListener, Server, ServerOptions } from 'node:http'
import { createServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { CertificateSource, ClientAuthorities } from '../ports/certificate-source.ts'

/**
 * A year: browsers that were here once come by HTTPS alone. Other hosts of the domain are not ours
 * to speak for.
 */
export const STRICT_TRANSPORT = 'max-age=31536000'
/** From the first byte to an agreed key. */
export const HANDSHAKE_MS = 10_000
/**
 * Keys that let a client resume without a handshake are made again: who steals one later reads a
 * day at most.
 */
const NEW_TICKET_KEYS_EVERY_MS = 86_400_000
/** In Node 24, but not in its types. */
const { SSL_OP_NO_RENEGOTIATION = 0 } = constants as { readonly SSL_OP_NO_RENEGOTIATION?: number }

const RULES: SecureContextOptions = { minVersion: 'TLSv1.2', secureOptions: SSL_OP_NO_RENEGOTIATION }

/**
 * Clients are asked for a certificate of these authorities; one without is let in where none is
 * needed.
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
  // New keys for tickets, too: no session that an authority was good for goes on when it is so no
  // more.
  const renew = (): void => server.setSecureContext(context())
  certificates.onChange(renew)
  clients?.authorities.onChange(renew)
  const ticketKeys = setInterval(renew, NEW_TICKET_KEYS_EVERY_MS).unref()
  server.on('close', () => clearInterval(ticketKeys))
  return server
}
