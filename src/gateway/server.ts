/**
 * The gateway: one HTTP server, the hot path ahead of the framework, everything else through it.
 *
 * Stopping is gentle: readiness off and every answer with `Connection: close`, for as long as those
 * in front may still send requests here; then no new connections, and the storage closed by the
 * caller after the last answer.
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

/** A reader who takes nothing of an answer for so long is cut off. */
const UNREAD_MS = 30_000
/** Of documents on their way to readers, beside the current ones. */
const HELD_BYTES_LIMIT = 64_000_000
/** An import is ended by its own limit before the server ends it. */
const AFTER_IMPORT_MS = 60_000

export interface GatewayOptions {
  readonly elections: ServedElections
  readonly log: Logger
  readonly pagesDir: string
  readonly version: string
  readonly limits: GatewayLimits
  /** Where given, votes come by TLS alone. */
  readonly tls?: GatewayTls | undefined
  readonly access: AccessSettings
  /** Wrong keys counted with other servers; undefined where there are none. */
  readonly shared?: SharedNames | undefined
  /** Where several processes answer at one port. */
  readonly fellows?: FellowWorkers | undefined
  readonly extend: ExtendVoting
  /** Health and metrics listen there, and not on the public port. */
  readonly operations?: { readonly port: number; readonly host: string } | undefined
  /** Draws pictures for link previews; there are none if left out. */
  readonly drawPreview?: DrawPreview | undefined
  /**
   * Whether the operator has named the default election: `/` is then its page, however many there
   * are.
   */
  readonly hasDefault?: boolean | undefined
  /** Where people find it; at the root of whatever host they ask, if left out. */
  readonly site?: Site | undefined
  /** In which a reader is to take something of an answer; {@link UNREAD_MS} if left out. */
  readonly unreadMs?: number | undefined
  /**
   * How long a stopping server, not ready any more, still takes requests: until load balancers have
   * heard of it. 0 if left out.
   */
  readonly drainMs?: number | undefined
  /** Told of an unknown write; the process must end. */
  readonly onFault: (fault: unknown) => void
}

export interface GatewayTls {
  readonly certificates: CertificateSource
  /** The name that people reach the server by; undefined where it was not told one. */
  readonly host?: string | undefined
  /**
   * Where there is a listener without TLS besides, which sends people to the secure address; 0 for
   * a free port.
   */
  readonly plainPort: number | null
  /** Where given, clients are asked for a certificate. */
  readonly clients?: GatewayClients | undefined
}

/** Which clients have certificates, and where they show them. */
export interface GatewayClients {
  readonly authorities: ClientAuthorities
  /**
   * `asked` and `needed`: at the public port, of everybody. A port: there it is needed, and the
   * public one asks for none; 0 for a free one.
   */
  readonly where: 'asked' | 'needed' | { readonly port: number }
}

/** What a stranger may take of the server; `server/limits.ts` has the defaults. */
export interface GatewayLimits {
  /** Wrong keys a minute and address; 0 is no limit. */
  readonly wrongKeysPerMinute: number
  /** Wrong keys a minute of all together, from which on each address has a tenth; 0 is no limit. */
  readonly wrongKeysInAll: number
  /** Proxies of one's own in front of the server; 0 is none. */
  readonly proxies: number
  /** Whether a challenge lets a voter behind a held address go ahead. */
  readonly challenge: boolean
  /** Connections in all. */
  readonly connections: number
  /**
   * Connections of one address; 0 is no limit. With a proxy all are the proxy's, and nobody's are
   * limited.
   */
  readonly connectionsPerAddress: number
  /** Of one NDJSON request. */
  readonly importBytes: number
  readonly importSeconds: number
}

export interface Gateway {
  readonly listen: (port: number, host: string) => Promise<Listening>
  /** Resolves when the last answer is out. */
  readonly stop: () => Promise<void>
}

export interface Listening {
  /** The address people open. */
  readonly url: string
  readonly port: number
  /** Of health and metrics, where they have one of their own. */
  readonly operationsPort: number | null
  /** Of the listener without TLS, where there is one. */
  readonly plainPort: number | null
  /** Of the listener for clients with a certificate, where they have one of their own. */
  readonly clientPort: number | null
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { elections, log, tls, site = AT_ROOT, unreadMs = UNREAD_MS, drainMs = 0 } = options
  let stopping = false
  /** Nobody is sent to a server that found a port of its own taken, or closed to it. */
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
  const stopTelling = shareUses(access, options.fellows)

  const plain = plainBeside(app, options, places.plain, shownHealth)
  // Who is there was let in by the operator: no place is counted by address.
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
      // Only now: who comes back at once is sent to a server that stays.
      for (const feed of feeds.all()) feed.close()
      await Promise.all([drain(), plain?.drain(), forClients?.drain()])
      await app.close()
      await operations?.stop()
      stopCutting()
      stopTelling()
      await maker.close()
      log.debug('the gateway has stopped')
    },
  }
}

/** Until those in front have heard that this server is not ready any more. */
async function untilHeard(drainMs: number, log: Logger): Promise<void> {
  log.info({ seconds: drainMs / 1000 }, 'stopping: not ready any more, requests are still answered')
  await sleep(drainMs)
}

/** What listens, each at a port of its own. */
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
  // Several processes listen at the same ports, each by itself.
  const reusePort = options.fellows !== undefined
  const { port: metricsPort = 0, host: metricsHost = host } = options.operations ?? {}
  const operationsPort = (await operations?.listen(metricsPort, metricsHost, reusePort)) ?? null
  // The framework hands on what it does not know.
  await app.listen({ port, host, ...(reusePort && { reusePort }) } as { port: number; host: string })
  const listening = portOf(app.server)
  const plainPort = (await plain?.listen(tls!.plainPort!, host, reusePort)) ?? null
  const clientPort =
    typeof where === 'object' ? ((await forClients?.listen(where.port, host, reusePort)) ?? null) : null
  const url = urlOf(tls, host, listening) + site.path.slice(0, -1)
  return { url, port: listening, operationsPort, plainPort, clientPort }
}

/** @param health where it has no port of its own */
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

/** @param closed whether the count is for those with a token: then no picture tells of it */
function pages(app: FastifyInstance, options: GatewayOptions, closed: boolean): void {
  const { elections, pagesDir, site = AT_ROOT, hasDefault = false, drawPreview } = options
  const isInClear = ({ raw }: FastifyRequest) => travelsInClear(raw, options.limits.proxies)
  const hasPreviews = drawPreview !== undefined && !closed
  if (hasPreviews) previewRoute(app, elections, drawPreview, site)
  pageRoutes(app, elections, pagesDir, { site, hasDefault, hasPreviews, needsToken: closed, isInClear })
  boothPage(app, elections, pagesDir, site, isInClear)
  verifierPage(app, elections, pagesDir, site)
}

/** What is kept for each election while it is served, and what they share. */
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
 * How often processes at one port tell each other of the tokens used: a token may have twice its
 * rate for so long.
 */
const TELL_USES_MS = 200

/** Keeps one rate per token over all processes at this port. @returns what ends that */
function shareUses(access: AccessGate, fellows: FellowWorkers | undefined): () => void {
  if (fellows === undefined) return () => {}
  fellows.onUses((uses) => access.usedElsewhere(uses))
  const telling = setInterval(() => {
    const uses = access.reportUses()
    if (uses.length > 0) fellows.reportUses(uses)
  }, TELL_USES_MS)
  return () => clearInterval(telling)
}

const importBudget = ({ importBytes, importSeconds }: GatewayLimits): ImportBudget =>
  new ImportBudget({ bytes: importBytes, ms: importSeconds * 1000 })

/** How often it is told that wrong keys are refused. */
const TOLD_MS = 60_000
const HELD = {
  one: 'an address sends too many wrong keys: further wrong ones are answered 429, right ones are taken (--wrong-keys)',
  all: 'all together send too many wrong keys: each address has a tenth of its own, right ones are taken (--wrong-keys-in-all)',
}

function wrongKeyLimit({ limits, log, shared }: GatewayOptions, access: AccessGate): WrongKeyLimit {
  const toldMs = { one: -TOLD_MS, all: -TOLD_MS }
  const nowMs = () => performance.now()
  return new WrongKeyLimit({
    ...{ perMinute: limits.wrongKeysPerMinute, inAll: limits.wrongKeysInAll, proxies: limits.proxies },
    ...{ nowMs, shared, holderOf: (request) => access.holder(request) },
    onHeld: (what) => {
      if (nowMs() < toldMs[what] + TOLD_MS) return
      toldMs[what] = nowMs()
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

/** The listener without TLS, where there is to be one. */
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

/** As people type it into a browser. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * `POST /vote` of whichever election is the default one when a request comes: its handler is made
 * once for all of them.
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
