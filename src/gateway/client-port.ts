/**
 * A port for machines alone: everything that the public port answers, for clients with a certificate of the operator's
 * authority. Who has none gets no further than the handshake, so that a stranger can neither ask nor vote there.
 */
import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { drainable } from './drain.ts'
import { httpServer, onClientError, type ServerDeps } from './http-server.ts'
import { portOf } from './plain-http.ts'
import { cutUnread } from './unread.ts'

export interface ClientPort {
  /** @param reusePort whether other processes listen there too. @throws NodeJS.ErrnoException where it cannot */
  readonly listen: (port: number, host: string, reusePort: boolean) => Promise<void>
  readonly port: () => number
  /** Resolves when the last answer is out. */
  readonly drain: () => Promise<void>
}

/** @param deps with the clients that are asked @param unreadMs in which a reader is to take something of an answer */
export function clientPort(app: FastifyInstance, deps: ServerDeps, unreadMs: number): ClientPort {
  const server = httpServer(deps, (request, response) => app.routing(request, response))
  server.on('clientError', onClientError)
  const drain = drainable(server)
  const stopCutting = cutUnread(server, unreadMs)
  return {
    port: () => portOf(server),
    listen: async (port, host, reusePort) => {
      server.listen({ port, host, reusePort })
      await once(server, 'listening')
    },
    drain: async () => {
      await drain()
      stopCutting()
    },
  }
}
