/**
 * The HTTP server below the routes: what is refused before any route sees it, requests of one
 * connection in their order, and the bounds of time, size and number of connections. Votes go ahead
 * of the framework.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { CertificateSource } from '../ports/certificate-source.ts'
import { type Connection, Connections, connectionOf, type FullPlaces } from './connections.ts'
import { endAfter } from './end-after.ts'
import { endWithProblem, problemBytes } from './problem.ts'
import { wantsPage } from './problem-page.ts'
import { followSockets } from './raw-socket.ts'
import { type AskedClients, STRICT_TRANSPORT, secureServer } from './secure-server.ts'
import { AT_ROOT, belowSite, type Site } from './site.ts'

/** A browser sends the cookies of a whole domain along. */
const FULL: Readonly<Record<FullPlaces, string>> = {
  all: 'all places for connections are taken: those that wait longest without a request lose theirs',
  address: 'one address holds all the connections an address may: its oldest without a request lose theirs',
  unfinished: 'too many requests wait for the rest of their body: the oldest of them lose their places',
}
const HEADER_BYTES = 16_384
const HEADERS_TIMEOUT_MS = 10_000
const TIMEOUTS_CHECKED_EVERY_MS = 5_000
const KEEP_ALIVE_MS = 65_000
/** For the body of any request but an import. */
const BODY_MS = 15_000
/** Requests of one connection that wait for an answer before theirs. */
const WAITING_LIMIT = 1_000

export interface ServerDeps {
  readonly log: Logger
  /** Places for connections, in all and for one address; see `Connections`. */
  readonly connections: number
  readonly perAddress: number
  /** How long any request may take at all. */
  readonly requestMs: number
  /** Where given, the server speaks TLS. */
  readonly certificates?: CertificateSource | undefined
  /** Where given, clients are asked for a certificate. */
  readonly clients?: AskedClients | undefined
  readonly vote: RequestListener
  /** Below which path of its host the server is. */
  readonly site?: Site | undefined
  /** Refuses a vote whose body does not come; `false` where the request is none. */
  readonly refuseSlowVote: (request: IncomingMessage) => boolean
}

/** As the framework knows them: told by its error handler. */
export class SlowBody extends Error {
  readonly statusCode = 408
}

export function httpServer(deps: ServerDeps, framework: RequestListener): Server {
  const { log, vote, certificates, site = AT_ROOT } = deps
  const isBelowPath = site.path !== '/'
  const waiting = new WeakMap<Connection, [IncomingMessage, ServerResponse][]>()

  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connectionOf(request)
    if (connection.closing) return
    const queue = waiting.get(connection)
    if (queue === undefined) return handle(connection, request, response)
    if (queue.length < WAITING_LIMIT) queue.push([request, response])
    else connection.socket.destroy()
  }
  const handle = (connection: Connection, request: IncomingMessage, response: ServerResponse): void => {
    connections.began(connection, request, response)
    if (certificates !== undefined) response.setHeader('strict-transport-security', STRICT_TRANSPORT)
    const refusal = refusalOf(request)
    if (refusal !== undefined) {
      endAfter(response)
      return endWithProblem(response, refusal)
    }
    if (isBelowPath) request.url = belowSite(request.url!, site)
    if (request.url === '/vote' && request.method === 'POST') return vote(request, response)
    // Any other answer may end the connection, and a request behind it is then not heard: it waits
    // for that answer.
    waiting.set(connection, [])
    response.once('close', () => goOn(connection, response))
    framework(request, response)
  }
  const goOn = (connection: Connection, answered: ServerResponse): void => {
    const queue = waiting.get(connection) ?? []
    waiting.delete(connection)
    if (!answered.writableFinished || endsConnection(answered)) connection.closing = true
    while (queue.length > 0 && !waiting.has(connection) && !connection.closing)
      handle(connection, ...queue.shift()!)
    if (queue.length > 0) waiting.set(connection, queue)
  }

  const connections = new Connections({
    most: deps.connections,
    perAddress: deps.perAddress,
    bodyMs: BODY_MS,
    onSlowBody: (connection) => {
      const request = connection.request!
      if (deps.refuseSlowVote(request)) return
      connection.closing = true
      if (request.listenerCount('error') === 0) connection.socket.destroy()
      else request.emit('error', new SlowBody('the body took too long'))
    },
    onFull: (what, connections) => log.warn({ connections }, FULL[what]),
  })
  const options = boundsOf(deps)
  const server =
    certificates === undefined
      ? createServer(options, listen)
      : secureServer(certificates, options, listen, deps.clients)
  followSockets(server, {
    opened: (raw) => connections.add(raw),
    ready: (socket, raw) => connections.ready(socket, raw),
  })
  // What is expected besides "100-continue" is nothing we know, and may be ignored (RFC 9110
  // section 10.1.1).
  server.on('checkExpectation', listen)
  server.on('connect', (_request, socket) => endUnread(socket, 'method-not-allowed', false))
  server.on('close', () => connections.stop())
  return server
}

function boundsOf({ requestMs }: ServerDeps): ServerOptions {
  return {
    ...{ maxHeaderSize: HEADER_BYTES, keepAlive: true, noDelay: true },
    ...{ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: requestMs },
    ...{ keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS },
    // Answered here, in the same words as all else.
    requireHostHeader: false,
  }
}

/** What came in could not be read as a request, or not in time. */
export function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // No key is agreed: nothing that is sent now would be understood.
  if (/^ERR_(TLS|SSL)_/.test(error.code ?? '')) return void socket.destroy()
  const packet = (error as { rawPacket?: Buffer }).rawPacket?.toString('latin1') ?? ''
  const page = wantsPage(/^[A-Z]+/.exec(packet)?.[0], /\naccept:(.*)/i.exec(packet)?.[1])
  endUnread(socket, CLIENT_ERRORS[error.code ?? ''] ?? 'malformed', page)
}

const CLIENT_ERRORS: Readonly<Record<string, RefusalCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'too-slow',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
}

function endUnread(socket: Duplex, code: RefusalCode, page: boolean): void {
  if (socket.writable) socket.end(problemBytes(code, page), () => socket.destroy())
  else socket.destroy()
}

/** Refused whatever the address. */
function refusalOf({ headers, httpVersion }: IncomingMessage): RefusalCode | undefined {
  if (headers.host === undefined && httpVersion === '1.1') return 'malformed'
  const encoding = headers['content-encoding']
  return encoding === undefined || encoding === 'identity' ? undefined : 'compressed'
}

function endsConnection(answered: ServerResponse): boolean {
  return !answered.shouldKeepAlive || answered.getHeader('connection') === 'close'
}
