/** Begins to listen and returns the port. */
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/**
 * @param port 0 for a free one
 * @param reusePort whether other processes also listen there
 * @returns the port
 * @throws NodeJS.ErrnoException if it cannot listen
 */
export async function listenOn(
  server: Server,
  port: number,
  host: string,
  reusePort: boolean,
): Promise<number> {
  server.listen({ port, host, reusePort })
  await once(server, 'listening')
  return portOf(server)
}
