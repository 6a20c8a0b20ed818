/**
 * Stops an HTTP server without cutting a request: no new connections, requests under way and those
 * just arriving are answered, then the connections that are left idle are let go.
 */
import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { followSockets } from './raw-socket.ts'

/**
 * How long idle connections stay open after a stop: a request already on its way to us is still
 * answered.
 */
const IDLE_GRACE_MS = 300
/** How long answers under way may take after a stop. */
const DRAIN_LIMIT_MS = 10_000
const POLL_MS = 50

/**
 * @returns the function that drains; call this before the server listens, so that it knows every
 *   connection
 */
export function drainable(server: Server): () => Promise<void> {
  /** By their TCP sockets; null while no key is agreed. */
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
    // Browsers open connections ahead of need. To Node these are busy until their first request,
    // which may never come.
    for (const [raw, socket] of sockets) if (!socket?.bytesRead) raw.destroy()
  }

  return async () => {
    // http's own close() cuts idle connections at once, and with them requests that are on their
    // way.
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
