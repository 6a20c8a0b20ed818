/** Begins to listen, and says where. */
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'

export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/**
 * @param port 0 for a free one
 * @param reusePort whether other processes listen there too
 * @returns the port
 * @throws NodeJS.ErrnoException where it cannot
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
