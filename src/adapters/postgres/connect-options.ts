/**
 * Options of the PostgreSQL client for an address. The address decides with `sslmode` whether TLS
 * is used; the TLS files are the same for all engines.
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

/** @throws {Error} if the address is not safe to use */
export function connectOptions({ url, tls }: EngineUrl, set = process.env.PGSSLMODE): ConnectOptions {
  const unsafe = unsafeMode(url, set)
  if (unsafe !== undefined) throw new Error(unsafe)
  const parsed = new URL(url)
  const [mode] = modesOf(parsed.searchParams, set)
  if (mode !== 'verify-full') return { connectionString: url, ssl: false }
  // Otherwise the client would replace these settings by its own.
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
      // The client sets the server name only for host names; the certificate is checked for both
      // kinds.
      ...(serverName(host) === undefined && { host }),
    },
    ...(direct && { sslnegotiation: 'direct' }),
  }
}
