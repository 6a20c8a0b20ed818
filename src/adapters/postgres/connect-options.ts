/**
 * PostgreSQL's address as its client takes it. The address says by `sslmode` whether TLS is spoken;
 * what TLS stands on is the same for all engines.
 */
import type { ClientConfig } from 'pg'
import type { EngineUrl } from '../../ports/engine-address.ts'
import { engineContext, serverName } from '../node/engine-tls.ts'
import { modesOf, unsafeMode } from './ssl-mode.ts'

export interface ConnectOptions {
  readonly connectionString: string
  readonly ssl: NonNullable<ClientConfig['ssl']>
  readonly sslnegotiation?: 'direct'
}

/** @throws {Error} where the address is not safe to use */
export function connectOptions({ url, tls }: EngineUrl, set = process.env.PGSSLMODE): ConnectOptions {
  const unsafe = unsafeMode(url, set)
  if (unsafe !== undefined) throw new Error(unsafe)
  const parsed = new URL(url)
  const [mode] = modesOf(parsed.searchParams, set)
  if (mode !== 'verify-full') return { connectionString: url, ssl: false }
  // The client would put settings of its own in the place of these.
  const direct = parsed.searchParams.get('sslnegotiation') === 'direct'
  for (const name of ['sslmode', 'sslnegotiation']) parsed.searchParams.delete(name)
  const host = parsed.searchParams.get('host') ?? parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    connectionString: parsed.href,
    ssl: {
      // The client reads it at each connection.
      get secureContext() {
        return engineContext(tls)
      },
      // The client names the server only where that is no address; the certificate is held against
      // either.
      ...(serverName(host) === undefined && { host }),
    },
    ...(direct && { sslnegotiation: 'direct' }),
  }
}
