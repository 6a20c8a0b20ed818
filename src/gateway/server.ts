/**
 * The gateway: one HTTP server, the hot path ahead of the framework, everything else through it.
 *
 * Stopping is gentle: no new connections, readiness off, every request on a connection answered with
 * `Connection: close`, and the storage closed by the caller after the last answer.
 */
import type { AddressInfo } from 'node:net'
import type { Logger } from 'pino'
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
import { WrongKeyLimit } from './limits.ts'
import { logRoutes } from './log.ts'
import { gatewayMetrics } from './metrics.ts'
import { pageRoutes } from './pages.ts'
import { type DrawPreview, previewRoute } from './previews.ts'
import { resultDocuments } from './result-documents.ts'
import { resultMaker } from './result-maker.ts'
import { resultsRoutes } from './results.ts'
import { resultsFeed } from './results-feed.ts'
import type { ServedElection, ServedElections } from './served-election.ts'
import { perElection } from './served-elections.ts'
import { AT_ROOT, type Site } from './site.ts'
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
  /** Draws pictures for link previews; there are none if left out. */
  readonly drawPreview?: DrawPreview | undefined
  /** Whether the operator has named the default election: `/` is then its page, however many there are. */
  readonly hasDefault?: boolean | undefined
  /** Where people find it; at the root of whatever host they ask, if left out. */
  readonly site?: Site | undefined
  /** In which a reader is to take something of an answer; {@link UNREAD_MS} if left out. */
  readonly unreadMs?: number | undefined
  /** Told of an unknown write; the process must end. */
  readonly onFault: (fault: unknown) => void
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
  /** @returns the address people open, and the port for `port` 0 */
  readonly listen: (port: number, host: string) => Promise<{ url: string; port: number }>
  /** Resolves when the last answer is out. */
  readonly stop: () => Promise<void>
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { elections, log, pagesDir, site = AT_ROOT, unreadMs = UNREAD_MS } = options
  let stopping = false
  const isStopping = () => stopping
  const { limit, held, maker, feeds, metrics, documents, batches } = keptPerElection(options)
  const vote = defaultVote(elections, (served) =>
    voteHandler({
      served,
      batch: batches.of(served),
      isStopping,
      onRefused: (code) => metrics.countRefusal(served, code),
    }),
  )
  const app = await framework({
    ...{ log, version: options.version, isStopping },
    pacing: { unreadMs, held },
    server: { ...{ vote, refuseSlowVote, site }, ...serverLimits(options.limits) },
  })
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
  healthRoutes(app, elections, metrics, isStopping)
  if (options.drawPreview) previewRoute(app, elections, options.drawPreview, site)
  pageRoutes(app, elections, pagesDir, {
    ...{ site, hasDefault: options.hasDefault ?? false, hasPreviews: options.drawPreview !== undefined },
  })
  boothPage(app, elections, pagesDir, site)
  verifierPage(app, elections, pagesDir, site)
  await Promise.all([app.ready(), warmUp(elections)])
  const drain = drainable(app.server)
  const stopCutting = cutUnread(app.server, unreadMs)

  return {
    listen: async (port, host) => {
      await app.listen({ port, host })
      const address = app.server.address() as AddressInfo
      return { url: `http://${shownHost(host)}:${address.port}${site.path.slice(0, -1)}`, port: address.port }
    },
    stop: async () => {
      stopping = true
      for (const feed of feeds.all()) feed.close()
      await drain()
      await app.close()
      stopCutting()
      await maker.close()
      log.debug('the gateway has stopped')
    },
  }
}

/** What is kept for each election while it is served, and what they share. */
function keptPerElection({ elections, log, limits, version, onFault }: GatewayOptions) {
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
  const metrics = gatewayMetrics(elections, () => feeds.all().reduce((sum, feed) => sum + feed.viewers(), 0))
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
