/**
 * A port for machines alone: everything that the public port answers, for clients with a
 * certificate of the operator's authority. Who has none gets no further than the handshake, so that
 * a stranger can neither ask nor vote there.
 */
import type { FastifyInstance } from 'fastify'
import { drainable } from './drain.ts'
import { httpServer, onClientError, type ServerDeps } from './http-server.ts'
import { listenOn } from './listening.ts'
import { cutUnread } from './unread.ts'

export interface ClientPort {
  /** As `listenOn`. */
  readonly listen: (port: number, host: string, reusePort: boolean) => Promise<number>
  /** Resolves when the last answer is out. */
  readonly drain: () => Promise<void>
}

/**
 * @param deps with the clients that are asked @param unreadMs in which a reader is to take
 *   something of an answer
 */
export function clientPort(app: FastifyInstance, deps: ServerDeps, unreadMs: number): ClientPort {
  const server = httpServer(deps, (request, response) => app.routing(request, response))
  server.on('clientError', onClientError)
  const drain = drainable(server)
  const stopCutting = cutUnread(server, unreadMs)
  return {
    listen: (port, host, reusePort) => listenOn(server, port, host, reusePort),
    drain: async () => {
      await drain()
      stopCutting()
    },
  }
}
