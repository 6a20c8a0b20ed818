/**
 * A port for machines only: everything of the public port, for clients with a certificate from the
 * operator's authority. A client without one cannot complete the handshake, so a stranger can send
 * no request there.
 */
import type { FastifyInstance } from 'fastify'
import { drainable } from './drain.ts'
import { httpServer, onClientError, type ServerDeps } from './http-server.ts'
import { listenOn } from './listening.ts'
import { cutUnread } from './unread.ts'

export interface ClientPort {
  /** As `listenOn`. */
  readonly listen: (port: number, host: string, reusePort: boolean) => Promise<number>
  /** Resolves after the last answer is sent. */
  readonly drain: () => Promise<void>
}

/**
 * @param deps with `clients`, whose certificates are requested
 * @param unreadMs a client must read some part of an answer within this time
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
