/**
 * The gateway: one HTTP server with the hot path ahead of the framework and everything else through
 * it.
 *
 * A stopping server is not ready, and every answer has `Connection: close`, for as long as proxies
 * may still send requests here. Then it accepts no new connections; after the last answer the
 * caller closes the storage.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { CertificateSource, ClientAuthorities } from '../ports/certificate-source.ts'
import { AccessGate, type AccessSettings, guardRoutes } from './access.ts'
import { ballotStyleRoute } from './ballot-style.ts'
import { ballotRoutes } from './ballots.ts'
import { boothPage } from './booth-page.ts'
import { castBatch } from './cast-batch.ts'
import { catalogueRoutes } from './catalogue.ts'
import { certificateMetrics } from './certificate-metrics.ts'
import { challengeRoute } from './challenge-route.ts'
import { Challenges } from './challenges.ts'
import { clientPort } from './client-port.ts'
import { drainable } from './drain.ts'
import { type ExtendVoting, extensionRoute } from './extensions.ts'
import { framework } from './framework.ts'
import { type HealthAnswers, healthAnswers, healthRoutes } from './health.ts'
import { HeldBytes } from './held-bytes.ts'
import type { ServerDeps } from './http-server.ts'
import { ImportBudget } from './import-budget.ts'
import { travelsInClear } from './in-clear.ts'
import { limitMetrics } from './limit-metrics.ts'
import { type SharedNames, WrongKeyLimit } from './limits.ts'
import { portOf } from './listening.ts'
import { logRoutes } from './log.ts'
import { gatewayMetrics } from './metrics.ts'
import { operationsServer } from './operations-server.ts'
import { pageRoutes } from './pages.ts'
import { type PlainHttp, placesBeside, plainHttp } from './plain-http.ts'
import { type DrawPreview, previewRoute } from './previews.ts'
import { resultDocuments } from './result-documents.ts'
import { resultMaker } from './result-maker.ts'
import { resultsRoutes } from './results.ts'
import { resultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { perElection } from './served-elections.ts'
import { AT_ROOT, type Site } from './site.ts'
import { SlowLane } from './slow-lane.ts'
import { SpareTime } from './spare-time.ts'
import { cutUnread } from './unread.ts'
import { verifierPage } from './verifier-page.ts'
import { refuseSlowVote, type VoteHandler, voteHandler } from './vote.ts'
import { warmUp } from './warm-up.ts'
import type { FellowWorkers } from './worker-figures.ts'

/** A client that reads nothing of an answer for this long is disconnected. */
const UNREAD_MS = 30_000
/** Bytes of documents that are being sent, besides the current ones. */
const HELD_BYTES_LIMIT = 64_000_000
/** An import's own limit ends it before the server does. */
const AFTER_IMPORT_MS = 60_000

export interface GatewayOptions {
  readonly elections: ServedElections
  readonly log: Logger
  readonly pagesDir: string
  readonly version: string
  readonly limits: GatewayLimits
  /** If given, votes are accepted only over TLS. */
  readonly tls?: GatewayTls | undefined
  readonly access: AccessSettings
  /** The exchange of wrong keys with other servers; undefined without others. */
  readonly shared?: SharedNames | undefined
  /** The other processes at the same port, if there are several. */
  readonly fellows?: FellowWorkers | undefined
  readonly extend: ExtendVoting
  /** If given, health and metrics listen there, and not on the public port. */
  readonly operations?: { readonly port: number; readonly host: string } | undefined
  /** Draws pictures for link previews, which have none if left out. */
  readonly drawPreview?: DrawPreview | undefined
  /**
   * Whether the operator has named the default election: `/` is then its page, even with several
   * elections.
   */
  readonly hasDefault?: boolean | undefined
  /** Where people find it; the root of the requested host if left out. */
  readonly site?: Site | undefined
  /** A client must read some part of an answer within this time; {@link UNREAD_MS} if left out. */
  readonly unreadMs?: number | undefined
  /**
   * How long a stopping server, no longer ready, still accepts requests, until load balancers have
   * noticed. 0 if left out.
   */
  readonly drainMs?: number | undefined
  /** Called with the fault of an unknown write; the process must end. */
  readonly onFault: (fault: unknown) => void
}

export interface GatewayTls {
  readonly certificates: CertificateSource
  /** The host name of the server for people; undefined if not configured. */
  readonly host?: string | undefined
  /**
   * The port of a second listener without TLS, which redirects people to the secure address; 0 for
   * a free port, null for none.
   */
  readonly plainPort: number | null
  /** If given, clients are asked for a certificate. */
  readonly clients?: GatewayClients | undefined
}

/** The authorities of client certificates, and where clients present them. */
export interface GatewayClients {
  readonly authorities: ClientAuthorities
  /**
   * `asked` and `needed`: every client at the public port. A port: clients need one there, and the
   * public port asks for none; 0 for a free port.
   */
  readonly where: 'asked' | 'needed' | { readonly port: number }
}

/** Limits for strangers; `server/limits.ts` has the defaults. */
export interface GatewayLimits {
  /** Wrong keys per minute and address; 0 is no limit. */
  readonly wrongKeysPerMinute: number
  /**
   * Wrong keys per minute from all addresses together, beyond which each address has a tenth; 0 is
   * no limit.
   */
  readonly wrongKeysInAll: number
  /** The number of the operator's proxies in front of the server; 0 for no proxy. */
  readonly proxies: number
  /** Whether a challenge lets a voter behind a held address go ahead. */
  readonly challenge: boolean
  /** Connections in all. */
  readonly connections: number
  /**
   * Connections of one address; 0 is no limit. With a proxy all connections are the proxy's, and
   * this limit does not apply.
   */
  readonly connectionsPerAddress: number
  /** The limit of one NDJSON request. */
  readonly importBytes: number
  readonly importSeconds: number
}

export interface Gateway {
  readonly listen: (port: number, host: string) => Promise<Listening>
  /** Resolves after the last answer is sent. */
  readonly stop: () => Promise<void>
}

export interface Listening {
  /** The address for people. */
  readonly url: string
  readonly port: number
  /** The port of health and metrics, if they have their own. */
  readonly operationsPort: number | null
  /** The port of the listener without TLS, if there is one. */
  readonly plainPort: number | null
  /** The port for clients with a certificate, if they have their own. */
  readonly clientPort: number | null
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { elections, log, tls, site = AT_ROOT, unreadMs = UNREAD_MS, drainMs = 0 } = options
  let stopping = false
  /** False if a port was in use or forbidden: then there are no clients, and stopping is quick. */
  let listens = false
  const isStopping = () => stopping
  const kept = keptPerElection(options)
  const { access, lane, held, maker, feeds, metrics, batches } = kept
  const clients = tls?.clients
  const hasClientPort = typeof clients?.where === 'object'
  const places = placesBeside(options.limits.connections, {
    ...{ plain: tls !== undefined && tls.plainPort !== null, clients: hasClientPort },
  })
  const vote = defaultVote(elections, (served) =>
    voteHandler({
      served,
      batch: batches.of(served),
      access,
      isStopping,
      onRefused: (code) => metrics.countRefusal(served, code),
    }),
  )
  const server: Omit<ServerDeps, 'log'> = {
    ...{ vote, refuseSlowVote, certificates: tls?.certificates, site },
    ...{ ...serverLimits(options.limits), connections: places.votes },
    clients: clients && !hasClientPort ? askedClients(clients) : undefined,
  }
  const app = await framework({
    ...{ log, version: options.version, isStopping, server },
    pacing: { unreadMs, held },
  })
  const health = healthAnswers(elections, metrics, isStopping, tls?.certificates)
  const operations = options.operations && operationsServer(health)
  const shownHealth = operations === undefined ? health : undefined
  routes(app, options, kept, shownHealth)
  await Promise.all([app.ready(), warmUp(elections)])
  const drain = drainable(app.server)
  const stopCutting = cutUnread(app.server, unreadMs)
  const stopSharing = shareUses(access, options.fellows)

  const plain = plainBeside(app, options, places.plain, shownHealth)
  // The operator admits these clients by certificate: places are not counted by address.
  const theirs = { ...server, log, connections: places.clients, perAddress: 0 }
  const forClients = hasClientPort
    ? clientPort(app, { ...theirs, clients: askedClients(clients) }, unreadMs)
    : undefined

  return {
    listen: async (port, host) => {
      const where = await listenAt(port, host, options, { app, operations, plain, forClients })
      listens = true
      return where
    },
    stop: async () => {
      stopping = true
      if (listens && drainMs > 0) await untilHeard(drainMs, log)
      lane.hurry()
      // Only now: a client that reconnects at once is sent to a server that stays.
      for (const feed of feeds.all()) feed.close()
      await Promise.all([drain(), plain?.drain(), forClients?.drain()])
      await app.close()
      await operations?.stop()
      stopCutting()
      stopSharing()
      await maker.close()
      log.debug('the gateway has stopped')
    },
  }
}

/** Waits until proxies in front have noticed that this server is no longer ready. */
async function untilHeard(drainMs: number, log: Logger): Promise<void> {
  log.info({ seconds: drainMs / 1000 }, 'stopping: no longer ready, requests are still answered')
  await sleep(drainMs)
}

/** The listeners, each at its own port. */
interface Listeners {
  readonly app: FastifyInstance
  readonly operations: ReturnType<typeof operationsServer> | undefined
  readonly plain: ReturnType<typeof plainBeside>
  readonly forClients: ReturnType<typeof clientPort> | undefined
}

async function listenAt(
  port: number,
  host: string,
  options: GatewayOptions,
  { app, operations, plain, forClients }: Listeners,
): Promise<Listening> {
  const { tls, site = AT_ROOT } = options
  const where = tls?.clients?.where
  // Several processes listen at the same ports.
  const reusePort = options.fellows !== undefined
  const { port: metricsPort = 0, host: metricsHost = host } = options.operations ?? {}
  const operationsPort = (await operations?.listen(metricsPort, metricsHost, reusePort)) ?? null
  // The framework passes on options that it does not know.
  await app.listen({ port, host, ...(reusePort && { reusePort }) } as { port: number; host: string })
  const listening = portOf(app.server)
  const plainPort = (await plain?.listen(tls!.plainPort!, host, reusePort)) ?? null
  const clientPort =
    typeof where === 'object' ? ((await forClients?.listen(where.port, host, reusePort)) ?? null) : null
  const url = urlOf(tls, host, listening) + site.path.slice(0, -1)
  return { url, port: listening, operationsPort, plainPort, clientPort }
}

/** @param health undefined if it has its own port */
function routes(
  app: FastifyInstance,
  options: GatewayOptions,
  kept: ReturnType<typeof keptPerElection>,
  health: HealthAnswers | undefined,
): void {
  const { elections } = options
  const { limit, access, feeds, metrics, documents, batches } = kept
  guardRoutes(app, access)
  catalogueRoutes(app, elections)
  ballotRoutes(app, {
    ...{ elections, batchOf: batches.of, limit, access, imports: importBudget(options.limits) },
    ...{ onAnswers: metrics.countAnswers, onFault: options.onFault },
  })
  ballotStyleRoute(app, elections, kept)
  challengeRoute(app, kept.challenges)
  resultsRoutes(app, elections, {
    ...{ feedOf: feeds.of, documentsOf: documents.of, closed: access.requires('results') },
  })
  logRoutes(app, elections)
  extensionRoute(app, elections, options.extend)
  if (health !== undefined) healthRoutes(app, health)
  pages(app, options, access.requires('results'))
}

/** @param closed whether the count requires a token: then no picture shows it */
function pages(app: FastifyInstance, options: GatewayOptions, closed: boolean): void {
  const { elections, pagesDir, site = AT_ROOT, hasDefault = false, drawPreview } = options
  const isInClear = ({ raw }: FastifyRequest) => travelsInClear(raw, options.limits.proxies)
  const hasPreviews = drawPreview !== undefined && !closed
  if (hasPreviews) previewRoute(app, elections, drawPreview, site)
  pageRoutes(app, elections, pagesDir, { site, hasDefault, hasPreviews, needsToken: closed, isInClear })
  boothPage(app, elections, pagesDir, site, isInClear)
  verifierPage(app, elections, pagesDir, site)
}

/** What exists for each election while it is served, and what they share. */
function keptPerElection(options: GatewayOptions) {
  const { elections, log, version, onFault, shared, tls, fellows } = options
  const access = new AccessGate(options.access)
  const limit = wrongKeyLimit(options, access)
  const lane = new SlowLane()
  const challenges = options.limits.challenge ? challengesFor(options, limit) : undefined
  const held = new HeldBytes(HELD_BYTES_LIMIT)
  const maker = resultMaker(version, log)
  const makerSpare = new SpareTime()
  const feeds = perElection(
    elections,
    (served) => resultsFeed(served, { maker, makerSpare, held }),
    (feed) => feed.close(),
  )
  const metrics = gatewayMetrics(
    elections,
    () => feeds.all().reduce((sum, feed) => sum + feed.viewers(), 0),
    (registry) => {
      limitMetrics(registry, { limit, lane, access, challenges, shared: shared?.counts })
      if (tls !== undefined) certificateMetrics(registry, tls.certificates)
    },
    fellows,
  )
  const spare = new SpareTime()
  const documents = perElection(elections, (served) =>
    resultDocuments(served, { maker, spare, onMade: (name) => metrics.countDocument(served, name) }),
  )
  const batches = perElection(elections, (served) =>
    castBatch(
      served,
      { limit, lane, challenges },
      (answers, tookMs) => metrics.countBatch(served, answers, tookMs),
      onFault,
    ),
  )
  return { limit, lane, challenges, access, held, maker, feeds, metrics, documents, batches }
}

/**
 * How often processes at one port exchange the uses of tokens: within this time a token may exceed
 * its rate.
 */
const SHARE_USES_MS = 200

/**
 * Applies one rate per token over all processes at this port.
 * @returns a function that ends this
 */
function shareUses(access: AccessGate, fellows: FellowWorkers | undefined): () => void {
  if (fellows === undefined) return () => {}
  fellows.onUses((uses) => access.usedElsewhere(uses))
  const sharing = setInterval(() => {
    const uses = access.reportUses()
    if (uses.length > 0) fellows.reportUses(uses)
  }, SHARE_USES_MS)
  return () => clearInterval(sharing)
}

const importBudget = ({ importBytes, importSeconds }: GatewayLimits): ImportBudget =>
  new ImportBudget({ bytes: importBytes, ms: importSeconds * 1000 })

/** Refusals of wrong keys are logged at most this often. */
const LOGGED_MS = 60_000
const HELD = {
  one:
    'an address sends too many wrong keys: more wrong ones get 429, right ones are accepted ' +
    '(--wrong-keys)',
  all:
    'all addresses together send too many wrong keys: each has a tenth of its limit, right keys ' +
    'are accepted (--wrong-keys-in-all)',
}

function wrongKeyLimit({ limits, log, shared }: GatewayOptions, access: AccessGate): WrongKeyLimit {
  const loggedMs = { one: -LOGGED_MS, all: -LOGGED_MS }
  const nowMs = () => performance.now()
  return new WrongKeyLimit({
    ...{ perMinute: limits.wrongKeysPerMinute, inAll: limits.wrongKeysInAll, proxies: limits.proxies },
    ...{ nowMs, shared, holderOf: (request) => access.holder(request) },
    onHeld: (what) => {
      if (nowMs() < loggedMs[what] + LOGGED_MS) return
      loggedMs[what] = nowMs()
      log.warn(HELD[what])
    },
  })
}

const askedClients = ({ authorities, where }: GatewayClients) => ({
  authorities,
  isNeeded: where !== 'asked',
})

const challengesFor = ({ access, shared }: GatewayOptions, limit: WrongKeyLimit): Challenges =>
  new Challenges({
    networkOf: (request) => limit.networkOf(request).own,
    ...{ nowMs: () => access.clock.nowMs(), shared },
  })

function serverLimits({ connections, proxies, connectionsPerAddress, importSeconds }: GatewayLimits) {
  return {
    connections,
    perAddress: proxies > 0 ? 0 : connectionsPerAddress,
    requestMs: importSeconds * 1000 + AFTER_IMPORT_MS,
  }
}

/** The listener without TLS, if there is one. */
function plainBeside(
  app: FastifyInstance,
  { log, limits, tls, site = AT_ROOT }: GatewayOptions,
  connections: number,
  health: HealthAnswers | undefined,
): PlainHttp | undefined {
  if (tls === undefined || tls.plainPort === null) return undefined
  const { certificates, host = 'localhost' } = tls
  return plainHttp({
    ...{ log, certificates, connections, host, health, site },
    perAddress: limits.proxies > 0 ? 0 : Math.max(1, Math.floor((connections * 2) / 3)),
    securePort: () => portOf(app.server),
  })
}

function urlOf(tls: GatewayTls | undefined, host: string, port: number): string {
  if (tls === undefined) return `http://${shownHost(host)}:${port}`
  return `https://${tls.host ?? shownHost(host)}${port === 443 ? '' : `:${port}`}`
}

/** The host as people type it into a browser. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * `POST /vote` of the election that is the default one at the time of the request: its handler is
 * created once for all requests.
 */
function defaultVote(
  elections: ServedElections,
  handlerFor: (served: ServedElection) => VoteHandler,
): VoteHandler {
  let served = elections.default
  let handle = handlerFor(served)
  elections.onChange(() => {
    const { default: now, byId } = elections
    if (now === served || byId.size === 0) return
    served = now
    handle = handlerFor(now)
  })
  return (request, response) => handle(request, response)
}
