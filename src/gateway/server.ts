/**
 * The gateway: one HTTP server, the hot path ahead of the framework, everything else through it.
 *
 * Stopping is gentle: no new connections, readiness off, every request on a connection answered with
 * `Connection: close`, and the storage closed by the caller after the last answer.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { CertificateSource } from '../ports/certificate-source.ts'
import { ballotStyleRoute } from './ballot-style.ts'
import { ballotRoutes } from './ballots.ts'
import { boothPage } from './booth-page.ts'
import { castBatch } from './cast-batch.ts'
import { catalogueRoutes } from './catalogue.ts'
import { drainable } from './drain.ts'
import { framework } from './framework.ts'
import { healthRoutes } from './health.ts'
import { HeldBytes } from './held-bytes.ts'
import { ImportBudget } from './import-budget.ts'
import { travelsInClear } from './in-clear.ts'
import { WrongKeyLimit } from './limits.ts'
import { logRoutes } from './log.ts'
import { gatewayMetrics } from './metrics.ts'
import { pageRoutes } from './pages.ts'
import { type PlainHttp, placesBesidePlain, plainHttp, portOf } from './plain-http.ts'
import { resultDocuments } from './result-documents.ts'
import { resultMaker } from './result-maker.ts'
import { resultsRoutes } from './results.ts'
import { resultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { perElection } from './served-elections.ts'
import { SpareTime } from './spare-time.ts'
import { cutUnread } from './unread.ts'
import { verifierPage } from './verifier-page.ts'
import { refuseSlowVote, type VoteHandler, voteHandler } from './vote.ts'
import { warmUp } from './warm-up.ts'

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
  /** In which a reader is to take something of an answer; {@link UNREAD_MS} if left out. */
  readonly unreadMs?: number | undefined
  /** Told of an unknown write; the process must end. */
  readonly onFault: (fault: unknown) => void
}

export interface GatewayTls {
  readonly certificates: CertificateSource
  /** The name that people reach the server by; undefined where it was not told one. */
  readonly host?: string | undefined
  /** Whether there is a listener without TLS besides, which sends people to the secure address. */
  readonly plainHttp: boolean
}

/** What a stranger may take of the server; `server/limits.ts` has the defaults. */
export interface GatewayLimits {
  /** Wrong keys a minute and address; 0 is no limit. */
  readonly wrongKeysPerMinute: number
  /** Proxies of one's own in front of the server; 0 is none. */
  readonly proxies: number
  /** Connections in all. */
  readonly connections: number
  /** Connections of one address; 0 is no limit. With a proxy all are the proxy's, and nobody's are limited. */
  readonly connectionsPerAddress: number
  /** Of one NDJSON request. */
  readonly importBytes: number
  readonly importSeconds: number
}

export interface Gateway {
  /**
   * @param plainPort where there is a listener without TLS
   * @returns the address people open, and the ports for `port` 0
   */
  readonly listen: (
    port: number,
    host: string,
    plainPort?: number,
  ) => Promise<{ url: string; port: number; plainPort: number | null }>
  /** Resolves when the last answer is out. */
  readonly stop: () => Promise<void>
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { elections, log, tls, unreadMs = UNREAD_MS } = options
  let stopping = false
  const isStopping = () => stopping
  const kept = keptPerElection(options)
  const { held, maker, feeds, metrics, batches } = kept
  const vote = defaultVote(elections, (served) =>
    voteHandler({
      served,
      batch: batches.of(served),
      isStopping,
      onRefused: (code) => metrics.countRefusal(served, code),
    }),
  )
  const places = placesBesidePlain(options.limits.connections, tls?.plainHttp ?? false)
  const app = await framework({
    ...{ log, version: options.version, isStopping },
    pacing: { unreadMs, held },
    server: {
      ...{ vote, refuseSlowVote, certificates: tls?.certificates },
      ...{ ...serverLimits(options.limits), connections: places.votes },
    },
  })
  routes(app, options, kept, isStopping)
  await Promise.all([app.ready(), warmUp(elections)])
  const drain = drainable(app.server)
  const stopCutting = cutUnread(app.server, unreadMs)

  const plain = tls?.plainHttp ? plainBeside(app, options, tls, places.plain) : undefined

  return {
    listen: async (port, host, plainPort) => {
      await app.listen({ port, host })
      const listening = portOf(app.server)
      if (plain !== undefined) await plain.listen(plainPort ?? 0, host)
      return { url: urlOf(tls, host, listening), port: listening, plainPort: plain?.port() ?? null }
    },
    stop: async () => {
      stopping = true
      for (const feed of feeds.all()) feed.close()
      await Promise.all([drain(), plain?.drain()])
      await app.close()
      stopCutting()
      await maker.close()
      log.debug('the gateway has stopped')
    },
  }
}

function routes(
  app: FastifyInstance,
  options: GatewayOptions,
  { limit, feeds, metrics, documents, batches }: ReturnType<typeof keptPerElection>,
  isStopping: () => boolean,
): void {
  const { elections, pagesDir } = options
  const isInClear = ({ raw }: FastifyRequest) => travelsInClear(raw, options.limits.proxies)
  catalogueRoutes(app, elections)
  ballotRoutes(app, {
    ...{ elections, batchOf: batches.of, limit, onAnswers: metrics.countAnswers, onFault: options.onFault },
    imports: new ImportBudget({
      bytes: options.limits.importBytes,
      ms: options.limits.importSeconds * 1000,
    }),
  })
  ballotStyleRoute(app, elections, limit)
  resultsRoutes(app, elections, { feedOf: feeds.of, documentsOf: documents.of })
  logRoutes(app, elections)
  healthRoutes(app, elections, { metrics, isStopping, certificates: options.tls?.certificates })
  pageRoutes(app, elections, pagesDir, isInClear)
  boothPage(app, elections, pagesDir, isInClear)
  verifierPage(app, elections, pagesDir)
}

/** What is kept for each election while it is served, and what they share. */
function keptPerElection({ elections, log, limits, version, onFault, tls }: GatewayOptions) {
  const limit = new WrongKeyLimit({
    perMinute: limits.wrongKeysPerMinute,
    proxies: limits.proxies,
    nowMs: () => performance.now(),
  })
  const held = new HeldBytes(HELD_BYTES_LIMIT)
  const maker = resultMaker(version, log)
  const makerSpare = new SpareTime()
  const feeds = perElection(
    elections,
    (served) => resultsFeed(served, { maker, makerSpare, held }),
    (feed) => feed.close(),
  )
  const viewers = () => feeds.all().reduce((sum, feed) => sum + feed.viewers(), 0)
  const metrics = gatewayMetrics(elections, viewers, tls?.certificates)
  const spare = new SpareTime()
  const documents = perElection(elections, (served) =>
    resultDocuments(served, { maker, spare, onMade: (name) => metrics.countDocument(served, name) }),
  )
  const batches = perElection(elections, (served) =>
    castBatch(served, limit, (answers) => metrics.countAnswers(served, answers), onFault),
  )
  return { limit, held, maker, feeds, metrics, documents, batches }
}

function serverLimits({ connections, proxies, connectionsPerAddress, importSeconds }: GatewayLimits) {
  return {
    connections,
    perAddress: proxies > 0 ? 0 : connectionsPerAddress,
    requestMs: importSeconds * 1000 + AFTER_IMPORT_MS,
  }
}

/** The listener without TLS. */
function plainBeside(
  app: FastifyInstance,
  { log, limits }: GatewayOptions,
  { certificates, host = 'localhost' }: GatewayTls,
  connections: number,
): PlainHttp {
  return plainHttp({
    ...{ log, certificates, connections, host },
    perAddress: limits.proxies > 0 ? 0 : Math.max(1, Math.floor((connections * 2) / 3)),
    health: (request, response) => app.routing(request, response),
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

/** `POST /vote` of whichever election is the default one when a request comes: its handler is made once for all of them. */
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
