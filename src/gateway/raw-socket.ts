/**
 * The TCP socket below a connection. With TLS, a connection is two sockets in Node: places and time
 * are counted from the opening of the lower one, and only the lower one knows what the operating
 * system has accepted.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** Node keeps the lower socket in an undeclared member. */
interface Upper {
  readonly _parent?: Socket | null
}

/** The TCP socket below; the socket itself without TLS. */
export function rawSocketOf(socket: Socket): Socket {
  return (socket as Upper)._parent ?? socket
}

export interface SocketListeners {
  /** A TCP connection was opened. With TLS, the handshake has not begun. */
  readonly opened: (raw: Socket) => void
  /** The socket can carry HTTP. Without TLS it is the same socket, at once. */
  readonly ready: (socket: Socket, raw: Socket) => void
}

/** Call this before the server listens, so that it sees every connection. */
export function followSockets(server: Server, { opened, ready }: SocketListeners): void {
  const isTls = server instanceof TlsServer
  server.on('connection', (raw: Socket) => {
    opened(raw)
    if (!isTls) ready(raw, raw)
  })
  // This listener runs before the server's: a request may come with the last bytes of the
  // handshake.
  if (isTls)
    server.prependListener('secureConnection', (socket: Socket) => ready(socket, rawSocketOf(socket)))
}
