/**
 * The framework that routes everything but votes: its plugins, how it reads bodies, and what it
 * answers where a request fits no route. It sends no answer in a form of its own.
 */
import { Readable } from 'node:stream'
import helmet from '@fastify/helmet'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { RefusalCode } from '../core/election/refusal.ts'
import { apiDocs } from './api-docs.ts'
import { NDJSON } from './body-lines.ts'
import { connectionOf } from './connections.ts'
import { mendEscapedLinks, sendMeantLink } from './escaped-link.ts'
import { httpServer, onClientError, type ServerDeps, SlowBody } from './http-server.ts'
import { readJson } from './json-body.ts'
import { type PacedOptions, paceLargeAnswers } from './paced-answers.ts'
import { endWithProblem, sendInternalError, sendProblem } from './problem.ts'
import { AT_ROOT, siteRoutes } from './site.ts'

/** Routes that take more say so. */
const BODY_BYTES = 4_096

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads NDJSON itself. */
    readonly lines?: boolean
  }
}

export interface FrameworkOptions {
  readonly log: Logger
  readonly version: string
  readonly isStopping: () => boolean
  /** Of large answers to their readers. */
  readonly pacing: PacedOptions
  readonly server: Omit<ServerDeps, 'log'>
}

export async function framework(options: FrameworkOptions): Promise<FastifyInstance> {
  const { log, version, isStopping } = options
  const { site = AT_ROOT } = options.server
  // Fastify says where it listens; so does the command, once.
  const logger: FastifyBaseLogger = log.child({}, { level: log.level === 'info' ? 'warn' : log.level })
  const app = Fastify({
    loggerInstance: logger,
    // No line per request: addresses next to ballots belong in no log (docs/invariants.md, "No
    // keys, no choices").
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: false,
    bodyLimit: BODY_BYTES,
    routerOptions: { maxParamLength: 100 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    serverFactory: (next) => httpServer({ ...options.server, log }, next),
    clientErrorHandler: onClientError,
    frameworkErrors: (error, request, reply) => {
      const { raw } = reply as FastifyReply
      if (!sendMeantLink(request.raw, raw))
        endWithProblem(raw, error.code === 'FST_ERR_BAD_URL' ? 'malformed' : 'not-found')
    },
  })
  await securityHeaders(app)
  siteRoutes(app, site)
  mendEscapedLinks(app)
  notFound(app)
  bodies(app)
  app.addHook('onSend', async (request, reply) => {
    if (isStopping() || hasBodyUnread(request)) reply.header('connection', 'close')
  })
  paceLargeAnswers(app, options.pacing)
  await apiDocs(app, version, site)
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const code = refusalOf(error)
    if (code) return sendProblem(reply, code, code === 'malformed' ? error.message : undefined)
    log.error({ err: error }, 'a request failed')
    return sendInternalError(reply)
  })
  return app
}

async function securityHeaders(app: FastifyInstance): Promise<void> {
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
    // Set for every answer over TLS, votes included (http-server.ts). Where TLS ends in front, that
    // one sets it.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
}

/** 404, or 405 with the methods there are; told before any body is read. */
function notFound(app: FastifyInstance): void {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*/g, '.*')
    routes.push({ pattern: new RegExp(`^${pattern}$`), methods: [method].flat() })
  })
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?')[0]!
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods)
    // A wildcard that answers GET and found nothing does not take another method either.
    if (methods.length === 0 || methods.includes(request.method)) return sendProblem(reply, 'not-found')
    return sendProblem(reply.header('allow', [...new Set(methods)].join(', ')), 'method-not-allowed')
  }
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return answer(request, reply)
  })
  app.setNotFoundHandler(answer)
}

/** What comes as JSON is read as on the way of a vote; NDJSON is handed to its route unread. */
function bodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const value = readJson(body as Buffer)
    if (value === undefined) done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }))
    else done(null, value)
  })
  app.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))
  app.addHook('preValidation', async (request, reply) => {
    if (request.method !== 'POST') return
    const { body } = request
    if (body === undefined || body === null)
      return sendProblem(reply, request.headers['content-type'] === undefined ? 'not-json' : 'malformed')
    if (body instanceof Readable && !request.routeOptions.config.lines) return sendProblem(reply, 'not-json')
  })
}

/** An import is answered while it is read. */
function hasBodyUnread({ raw }: FastifyRequest): boolean {
  if (raw.complete || connectionOf(raw).isImport) return false
  return raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0
}

function refusalOf(error: FastifyError): RefusalCode | undefined {
  if (error instanceof SlowBody) return 'too-slow'
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body-too-large'
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'not-json'
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
    ? 'malformed'
    : undefined
}
