/**
 * The gateway: one HTTP server, the hot path ahead of the framework, everything else through it.
 *
 * Stopping is gentle: no new connections, readiness off, every request on a connection answered with
 * `Connection: close`, and the storage closed by the caller after the last answer.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { RefusalCode } from '../core/election/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import { ballotStyleRoute } from './ballot-style.ts'
import { ballotRoutes, NDJSON } from './ballots.ts'
import { boothPage } from './booth-page.ts'
import { type CastBatch, castBatch } from './cast-batch.ts'
import { catalogueRoutes } from './catalogue.ts'
import { drainable } from './drain.ts'
import { healthRoutes } from './health.ts'
import { WrongKeyLimit } from './limits.ts'
import { logRoutes } from './log.ts'
import { gatewayMetrics } from './metrics.ts'
import { pageRoutes } from './pages.ts'
import { sendProblem } from './problem.ts'
import { resultsRoutes } from './results.ts'
import { type ResultsFeed, resultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { verifierPage } from './verifier-page.ts'
import { voteHandler } from './vote.ts'

const HEADER_BYTES = 8_192
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 300_000
const KEEP_ALIVE_MS = 65_000
const CONNECTIONS_LIMIT = 30_000

export interface GatewayOptions {
  readonly elections: ServedElections
  readonly clock: Clock
  readonly log: Logger
  readonly pagesDir: string
  readonly version: string
  readonly wrongKeysPerMinute: number
  readonly trustProxy: boolean
  /** Told of an unknown write; the process must end. */
  readonly onFault: (fault: unknown) => void
}

export interface Gateway {
  /** @returns the address people open, and the port for `port` 0 */
  readonly listen: (port: number, host: string) => Promise<{ url: string; port: number }>
  /** Resolves when the last answer is out. */
  readonly stop: () => Promise<void>
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { elections, clock, log, onFault } = options
  let stopping = false
  const isStopping = () => stopping
  const limit = new WrongKeyLimit({
    perMinute: options.wrongKeysPerMinute,
    trustProxy: options.trustProxy,
    nowMs: clock.nowMs,
  })
  const feeds = perElection(elections, ({ tally, commitMs, publicLog }) =>
    resultsFeed(tally, commitMs, publicLog),
  )
  const metrics = gatewayMetrics(elections, () =>
    [...feeds.values()].reduce((sum, feed) => sum + feed.viewers(), 0),
  )
  const batches = perElection(elections, (served) =>
    castBatch(served, (answers) => metrics.countAnswers(served, answers), onFault),
  )
  const feedOf = (served: ServedElection): ResultsFeed => feeds.get(served)!
  const batchOf = (served: ServedElection): CastBatch => batches.get(served)!

  const vote = voteHandler({
    served: elections.default,
    batch: batchOf(elections.default),
    limit,
    isStopping,
    onRefused: (code) => metrics.countRefusal(elections.default, code),
  })
  const app = await framework(options, (request, response, next) =>
    request.url === '/vote' && request.method === 'POST' ? vote(request, response) : next(request, response),
  )
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) reply.header('connection', 'close')
  })
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))
  catalogueRoutes(app, elections)
  ballotRoutes(app, { elections, batchOf, limit, onAnswers: metrics.countAnswers, onFault })
  ballotStyleRoute(app, elections, limit)
  resultsRoutes(app, elections, { feedOf, clock, version: options.version })
  logRoutes(app, elections)
  healthRoutes(app, elections, metrics, isStopping)
  await pageRoutes(app, elections, options.pagesDir)
  boothPage(app, elections, options.pagesDir)
  verifierPage(app, elections, options.pagesDir)
  await app.ready()
  const drain = drainable(app.server)

  return {
    listen: async (port, host) => {
      await app.listen({ port, host })
      const address = app.server.address() as AddressInfo
      const shown =
        host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
      return { url: `http://${shown}:${address.port}`, port: address.port }
    },
    stop: async () => {
      stopping = true
      for (const feed of feeds.values()) feed.close()
      await drain()
      await app.close()
      log.debug('the gateway has stopped')
    },
  }
}

function perElection<T>(
  elections: ServedElections,
  make: (served: ServedElection) => T,
): ReadonlyMap<ServedElection, T> {
  return new Map([...elections.byId.values()].map((served) => [served, make(served)]))
}

type Next = (request: IncomingMessage, response: ServerResponse) => void

async function framework(
  { log, version }: GatewayOptions,
  ahead: (request: IncomingMessage, response: ServerResponse, next: Next) => void,
): Promise<FastifyInstance> {
  // Fastify says where it listens; so does the command, once.
  const logger: FastifyBaseLogger = log.child({}, { level: log.level === 'info' ? 'warn' : log.level })
  const app = Fastify({
    loggerInstance: logger,
    // No line per request: addresses next to ballots belong in no log (docs/invariants.md, "No keys, no choices").
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: false,
    routerOptions: { maxParamLength: 100 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    serverFactory: (next) => {
      const server = createServer(
        { maxHeaderSize: HEADER_BYTES, keepAlive: true, noDelay: true },
        (request, response) => ahead(request, response, next),
      )
      server.headersTimeout = HEADERS_TIMEOUT_MS
      server.requestTimeout = REQUEST_TIMEOUT_MS
      server.keepAliveTimeout = KEEP_ALIVE_MS
      server.maxConnections = CONNECTIONS_LIMIT
      return server
    },
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        objectSrc: ["'none'"],
      },
    },
    // TLS ends in front of this server; whoever ends it sets the header.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(swagger, {
    openapi: {
      info: { title: 'Digital Elections', version, description: 'Cast ballots and watch the count.' },
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()))
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const code = refusalOf(error)
    if (code) return sendProblem(reply, code, code === 'malformed' ? error.message : undefined)
    log.error({ err: error }, 'a request failed')
    return reply
      .code(500)
      .type('application/problem+json')
      .send({ type: 'about:blank', title: 'Internal error', status: 500 })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!
    const other = (['GET', 'POST'] as const).some((method) => app.findRoute({ method, url: path }) !== null)
    return sendProblem(reply, other ? 'method-not-allowed' : 'not-found')
  })
  return app
}

function refusalOf(error: FastifyError): RefusalCode | undefined {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body-too-large'
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'not-json'
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
    ? 'malformed'
    : undefined
}
