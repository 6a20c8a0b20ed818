/**
 * The TCP socket below a connection. With TLS a connection is two sockets in Node: places and time
 * are counted from the moment the lower one is there, and what the system has taken over is known
 * to it alone.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** Node keeps the lower socket in a member that no declaration has. */
interface Upper {
  readonly _parent?: Socket | null
}

/** The TCP socket below; the socket itself where there is no TLS. */
export function rawSocketOf(socket: Socket): Socket {
  return (socket as Upper)._parent ?? socket
}

export interface SocketListeners {
  /** A TCP connection is there. With TLS, nothing is agreed yet. */
  readonly opened: (raw: Socket) => void
  /** HTTP may be spoken. Without TLS that is the same socket, at once. */
  readonly ready: (socket: Socket, raw: Socket) => void
}

/** Call this before the server listens, so that it knows every connection. */
export function followSockets(server: Server, { opened, ready }: SocketListeners): void {
  const isTls = server instanceof TlsServer
  server.on('connection', (raw: Socket) => {
    opened(raw)
    if (!isTls) ready(raw, raw)
  })
  // Before the server itself: a request may come with the last bytes of the handshake.
  if (isTls)
    server.prependListener('secureConnection', (socket: Socket) => ready(socket, rawSocketOf(socket)))
}
