/**
 * What answers at port 80 of a server that has TLS: challenges of the certificate authority, the
 * way to the secure address, and how the server is. Nothing is cast here: what comes with a body
 * was readable on its way, is refused, and the answer says so.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { CertificateSource } from '../ports/certificate-source.ts'
import { drainable } from './drain.ts'
import { endAfter } from './end-after.ts'
import { mayHoldKey } from './escaped-link.ts'
import type { HealthAnswers } from './health.ts'
import { httpServer, onClientError } from './http-server.ts'
import { listenOn } from './listening.ts'
import { answerHealth } from './operations-server.ts'
import { endWithProblem } from './problem.ts'
import { belowSite, type Site } from './site.ts'

/** Requests are a line and some headers. */
const REQUEST_MS = 15_000
const CHALLENGES = '/.well-known/acme-challenge/'
/** RFC 8555 section 8.3: base64url. */
const TOKEN = /^[\w-]{1,128}$/
/** For an hour: who gives TLS up later is not locked out by what browsers remember of this. */
const REMEMBER_REDIRECT = 'max-age=3600'
const HOST = /^([a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

/** The parser lets bytes through that no header may have. */
const UNFIT_IN_HEADER = /[^\x21-\x7e]/g
const asPercent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

export interface PlainHttpDeps {
  readonly log: Logger
  readonly certificates: CertificateSource
  /** The host that people are sent to where the one they asked for has no certificate. */
  readonly host: string
  /** Places for connections, in all and for one address. */
  readonly connections: number
  readonly perAddress: number
  /**
   * /healthz and /readyz, as at the secure address; undefined where health has a port of its own.
   */
  readonly health: HealthAnswers | undefined
  readonly site: Site
  /** The secure port; known once the server listens there. */
  readonly securePort: () => number
}

/** Of all places for each listener beside the one for votes: a tenth. */
const PART_BESIDE = 0.1
/** Enough for those who are only sent on. */
const MOST_WITHOUT_TLS = 1_000

/**
 * How many of a server's places for connections are for votes, and how many for the listeners
 * beside that one.
 */
export function placesBeside(
  connections: number,
  isThere: { readonly plain: boolean; readonly clients: boolean },
): { readonly votes: number; readonly plain: number; readonly clients: number } {
  const tenth = Math.max(1, Math.floor(connections * PART_BESIDE))
  const plain = isThere.plain ? Math.min(MOST_WITHOUT_TLS, tenth) : 0
  const clients = isThere.clients ? tenth : 0
  return { plain, clients, votes: Math.max(1, connections - plain - clients) }
}

export interface PlainHttp {
  /** As `listenOn`. */
  readonly listen: (port: number, host: string, reusePort: boolean) => Promise<number>
  /** Resolves when the last answer is out. */
  readonly drain: () => Promise<void>
}

export function plainHttp(deps: PlainHttpDeps): PlainHttp {
  const server = plainHttpServer(deps)
  return {
    drain: drainable(server),
    listen: (port, host, reusePort) => listenOn(server, port, host, reusePort),
  }
}

function plainHttpServer(deps: PlainHttpDeps): Server {
  const answer: RequestListener = (request, response) => {
    const { method, url = '/' } = request
    if ((method !== 'GET' && method !== 'HEAD') || hasBody(request)) return refuseUnread(response)
    const path = belowSite(url, deps.site).split('?', 1)[0]!
    if (path.startsWith(CHALLENGES)) return answerChallenge(deps, path.slice(CHALLENGES.length), response)
    if (deps.health !== undefined && (path === '/healthz' || path === '/readyz')) {
      request.url = path
      return answerHealth(deps.health, request, response)
    }
    if (deps.certificates.current() === null) return endWithProblem(response, 'no-certificate')
    redirect(deps, request, response)
  }
  const { log, connections, perAddress } = deps
  const server = httpServer(
    {
      ...{ log, connections, perAddress, requestMs: REQUEST_MS },
      vote: (_request, response) => refuseUnread(response),
      refuseSlowVote: () => false,
    },
    answer,
  )
  server.on('clientError', onClientError)
  return server
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

function refuseUnread(response: ServerResponse): void {
  endAfter(response)
  endWithProblem(response, 'in-clear')
  response.req.resume()
}

function answerChallenge({ certificates }: PlainHttpDeps, token: string, response: ServerResponse): void {
  const text = TOKEN.test(token) ? certificates.challengeAnswer(token) : undefined
  if (text === undefined) return endWithProblem(response, 'not-found')
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': text.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

function redirect(deps: PlainHttpDeps, request: IncomingMessage, response: ServerResponse): void {
  const asked = HOST.exec(request.headers.host ?? '')?.[1]
  const host = asked !== undefined && deps.certificates.covers(asked) ? asked : deps.host
  const port = deps.securePort()
  const path = request.url?.startsWith('/') ? request.url.replace(UNFIT_IN_HEADER, asPercent) : '/'
  response.writeHead(301, {
    location: `https://${host}${port === 443 ? '' : `:${port}`}${path}`,
    'cache-control': mayHoldKey(path) ? 'no-store' : REMEMBER_REDIRECT,
    'content-length': 0,
  })
  response.end()
}
