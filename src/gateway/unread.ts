/**
 * Ends connections whose reader takes nothing: what was written for them stays in memory until they
 * do. It looks at what the system has taken over from us, of answers of every kind and size.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { followSockets, rawSocketOf } from './raw-socket.ts'

/** Node's own timeouts tell by this number that a long write goes on; it is in no declaration. */
interface Handle {
  readonly writeQueueSize?: number
}

interface Pending {
  /** Bytes the system has not taken. */
  readonly left: number
  readonly written: number
  readonly sinceMs: number
}

/**
 * @returns the function that stops it; call this before the server listens, so that it knows every
 *   connection
 */
export function cutUnread(server: Server, unreadMs: number): () => void {
  const sockets = new Map<Socket, Pending | null>()
  followSockets(server, {
    opened: () => {},
    ready: (socket) => {
      sockets.set(socket, null)
      socket.once('close', () => sockets.delete(socket))
    },
  })
  const look = setInterval(() => {
    const nowMs = performance.now()
    for (const [socket, before] of sockets) {
      if (socket.writableLength === 0) {
        if (before !== null) sockets.set(socket, null)
        continue
      }
      const raw = rawSocketOf(socket)
      const left = (raw as unknown as { _handle?: Handle })._handle?.writeQueueSize ?? 0
      const written = raw.bytesWritten
      if (before === null || before.left !== left || before.written !== written)
        sockets.set(socket, { left, written, sinceMs: nowMs })
      else if (nowMs - before.sinceMs > unreadMs) socket.destroy()
    }
  }, unreadMs / 4).unref()
  return () => clearInterval(look)
}
