/**
 * The ports that several processes share: free ones, found by the process that leads before any of
 * them listens.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { listenOn, portOf } from '../../gateway/listening.ts'

export interface SharedPorts {
  readonly port: number
  /**
   * Of health and metrics, without TLS, and for clients with a certificate, where there are to be
   * such.
   */
  readonly operations: number | null
  readonly plain: number | null
  readonly clients: number | null
}

/**
 * Listening there alone for a moment tells what sharing would hide: that another program has the
 * port.
 * @param port 0 for a free one
 * @throws NodeJS.ErrnoException where nobody can listen there
 */
export async function freePort(port: number, host: string): Promise<number> {
  const server = createServer().listen({ port, host, exclusive: true })
  await once(server, 'listening')
  const found = portOf(server)
  server.close()
  await once(server, 'close')
  return found
}

/** Whether several processes can listen at one port here (SO_REUSEPORT). */
export async function canShare(): Promise<boolean> {
  const server = createServer()
  try {
    await listenOn(server, 0, '127.0.0.1', true)
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
