/**
 * Stops an HTTP server without interrupting a request: it accepts no new connections, answers
 * present and arriving requests, and closes connections that are then idle.
 */
import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { followSockets } from './raw-socket.ts'

/**
 * How long idle connections stay open after a stop: requests already in transit are still answered.
 */
const IDLE_GRACE_MS = 300
/** How long unfinished answers may take after a stop. */
const DRAIN_LIMIT_MS = 10_000
const POLL_MS = 50

/**
 * @returns the function that drains; call this before the server listens, so that it sees every
 * connection
 */
export function drainable(server: Server): () => Promise<void> {
  /** By TCP socket; null until the handshake is complete. */
  const sockets = new Map<Socket, Socket | null>()
  followSockets(server, {
    opened: (raw) => {
      sockets.set(raw, null)
      raw.once('close', () => sockets.delete(raw))
    },
    ready: (socket, raw) => sockets.has(raw) && sockets.set(raw, socket),
  })

  const letIdleGo = (): void => {
    server.closeIdleConnections()
    // Browsers open connections in advance. Node counts these as busy until their first request,
    // which may never arrive.
    for (const [raw, socket] of sockets) if (!socket?.bytesRead) raw.destroy()
  }

  return async () => {
    // http's own close() closes idle connections at once, and loses requests that are in transit.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
    await sleep(IDLE_GRACE_MS)
    letIdleGo()
    const poll = setInterval(letIdleGo, POLL_MS)
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_LIMIT_MS)
    await closed
    clearInterval(poll)
    clearTimeout(late)
  }
}
