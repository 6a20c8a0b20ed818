/**
 * A server from start to stop: opens the folder, listens, and on SIGTERM or SIGINT drains: requests
 * under way are answered, ballots taken are stored, then the process ends.
 */
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { controlFile } from '../adapters/embedded/layout.ts'
import { lockHolder } from '../adapters/embedded/lock.ts'
import { systemClock } from '../adapters/node/clock.ts'
import type { Requirable } from '../core/access/who-may.ts'
import { EXIT } from '../core/fault.ts'
import type { ExtendVoting } from '../gateway/extensions.ts'
import type { SharedNames } from '../gateway/limits.ts'
import type { ServedElections } from '../gateway/served-election.ts'
import { createGateway, type GatewayLimits, type GatewayTls } from '../gateway/server.ts'
import type { Site } from '../gateway/site.ts'
import type { FellowWorkers } from '../gateway/worker-figures.ts'
import type { ClusterAddresses } from '../organise/cluster/addresses.ts'
import type { KnownTokens } from '../ports/access-tokens.ts'
import type { CertificateState } from '../ports/certificate-source.ts'
import { everySoOften } from './background.ts'
import type { LogSettings } from './cluster/log-publishing.ts'
import type { Role } from './cluster/roles.ts'
import { controlApi } from './control/api.ts'
import { openControl } from './control/control.ts'
import { extendInFolder, extendOnCluster } from './extending.ts'
import { type Loading, openFolder, PUBLISH_EVERY_S, type ServedFolder } from './one-machine.ts'
import { openPreviews } from './previews.ts'
import type { Certificates } from './tls/certificates.ts'
import { clientAuthorities, type WatchedAuthorities } from './tls/client-authorities.ts'
import { openCertificates } from './tls/open-certificates.ts'
import type { TlsSettings } from './tls/settings.ts'
import { VERSION } from './version.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface ServerOptions {
  readonly dataDir: string
  readonly port: number
  readonly host: string
  readonly defaultElection?: string | undefined
  readonly limits: GatewayLimits
  /** Where people find it; see `Site`. */
  readonly site?: Site | undefined
  /** Where given, the server speaks TLS. */
  readonly tls?: TlsSettings | undefined
  /** What needs an access token. */
  readonly requireToken?: readonly Requirable[] | undefined
  /** Where health and metrics listen, if not on the public port. */
  readonly operations?: { readonly port: number; readonly host: string } | undefined
  readonly promiseWithinS?: number | null | undefined
  readonly publishEveryMs?: number | undefined
  /** How long a stopping server still takes requests; see `GatewayOptions`. */
  readonly drainMs?: number | undefined
  readonly witnesses?: WitnessSettings | undefined
  /** Where given, the ballots lie there and not in the data folder. */
  readonly cluster?:
    | {
        readonly addresses: ClusterAddresses
        readonly role: Role
        readonly logUrl?: string | undefined
        /** A folder of mounted Secrets; the data folder is then scratch. */
        readonly secretsDir?: string | undefined
      }
    | undefined
  /** Where this process is one of several at one port. */
  readonly fellows?: FellowWorkers | undefined
  /** How far a folder's elections are loaded. */
  readonly loading?: Loading | undefined
  readonly log: Logger
}

export interface RunningServer {
  readonly url: string
  /** Of health and metrics, where they have one of their own. */
  readonly operationsPort: number | null
  readonly elections: ServedElections
  /** The port of the listener without TLS; null where there is none. */
  readonly plainPort: number | null
  /** The port for clients with a certificate; null where they have none of their own. */
  readonly clientPort: number | null
  /** How the certificate is; null without TLS. */
  readonly certificate: () => CertificateState | null
  /** Looks at once whether there is a newer certificate. */
  readonly lookForCertificate: () => void
  readonly stop: () => Promise<void>
}

/** How often it is looked whether elections have come or gone. */
const LOOK_MS = 1_000

const PAGES = fileURLToPath(new URL('../../dist/web/', import.meta.url))
/**
 * Set by the launcher when it starts a server again after a crash; port 0 then means the port it
 * had.
 */
const RESTARTED = 'ELECTIONS_RESTARTED'

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log, dataDir, tls } = options
  const before = process.env[RESTARTED] ? lockHolder(dataDir) : undefined
  // First: what is wrong with files of one's own is told before anything is loaded.
  const certificates = tls && openCertificates(tls, { dataDir, clock: systemClock, log })
  const authorities = tls?.clients && clientAuthorities(tls.clients.path, log)
  const served = await openElections(options)
  const previews = openPreviews()
  const gateway = await createGateway({
    elections: served.elections,
    log,
    pagesDir: PAGES,
    version: VERSION,
    limits: options.limits,
    site: options.site,
    drawPreview: previews.draw,
    hasDefault: options.defaultElection !== undefined,
    drainMs: options.drainMs,
    tls: gatewayTls(tls, certificates, authorities),
    access: {
      ...{ tokens: served.tokens, clock: systemClock },
      required: new Set(options.requireToken),
    },
    ...{ shared: served.shared, extend: served.extend, operations: options.operations },
    fellows: options.fellows,
    // The log is the truth and this process no longer knows it: end at once, a restart replays it.
    onFault: (err) => {
      log.fatal({ err }, 'whether ballots were stored is unknown: ending, a restart will read the log')
      endAtOnce()
    },
  })
  const port = options.port === 0 && before ? Number(new URL(before.url).port) : options.port
  let unannounce = async (): Promise<void> => {}
  const stop = async () => {
    await unannounce()
    await Promise.all([certificates?.stop(), authorities?.stop()])
    await gateway.stop()
    await previews.close()
    await served.close()
  }
  try {
    const { url, port: _, ...ports } = await gateway.listen(port, options.host)
    unannounce = await served.announce(url)
    certificates?.begin()
    authorities?.begin()
    return {
      ...{ url, ...ports, stop, elections: served.elections },
      certificate: () => certificates?.state() ?? null,
      lookForCertificate: () => {
        certificates?.look()
        authorities?.look()
      },
    }
  } catch (cause) {
    await stop()
    throw cause
  }
}

function gatewayTls(
  tls: TlsSettings | undefined,
  certificates: Certificates | undefined,
  authorities: WatchedAuthorities | undefined,
): GatewayTls | undefined {
  if (tls === undefined || certificates === undefined) return undefined
  const clients = tls.clients && authorities && { authorities, where: tls.clients.where }
  return { certificates, host: tls.domains[0], plainPort: tls.httpPort, clients }
}

interface Served {
  readonly elections: ServedElections
  readonly tokens: KnownTokens
  /** Of a cluster. */
  readonly shared?: SharedNames
  readonly extend: ExtendVoting
  /**
   * Says where this server is, and takes requests of commands from then on. @returns what ends that
   */
  readonly announce: (url: string) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

async function openElections(options: ServerOptions): Promise<Served> {
  const { dataDir, defaultElection, log, cluster, promiseWithinS, witnesses } = options
  const publishEveryMs = options.publishEveryMs ?? PUBLISH_EVERY_S * 1000
  const onBroken = (err: Error) => {
    log.fatal({ err }, 'the public log cannot go on: ending')
    endAtOnce()
  }
  if (cluster) {
    const { addresses, role, logUrl, secretsDir } = cluster
    const publicLog: LogSettings = {
      ...{ promiseWithinS, publishEveryMs, logUrl, onBroken },
      witnesses: witnesses ?? { witnesses: [] },
    }
    const { openCluster } = await import('./cluster/cluster.ts')
    const served = await openCluster({
      ...{ dataDir, secretsDir, defaultElection, addresses, role, publicLog, log },
    })
    // Many may serve one cluster.
    const extend = extendOnCluster(served, log)
    return { ...served, shared: served.wrongKeys, extend, announce: async () => async () => {} }
  }
  const folder = await openFolder({
    dataDir,
    defaultElection,
    clock: systemClock,
    log,
    promiseWithinS,
    publishEveryMs,
    witnesses,
    loading: options.loading,
    onBroken,
    onEmpty: () => {
      log.fatal('no election is left in the data folder: ending')
      endAtOnce()
    },
  })
  const extend = extendInFolder(folder, log)
  return { ...folder, extend, announce: (url) => announced(folder, dataDir, url, log) }
}

/** Makes the owner of a data folder known to commands. */
async function announced(
  folder: ServedFolder,
  dataDir: string,
  url: string,
  log: Logger,
): Promise<() => Promise<void>> {
  folder.lock.announce(url)
  const control = await openControl(controlFile(dataDir), controlApi(folder, log), log)
  const looking = everySoOften(LOOK_MS, folder.look, (err) =>
    log.error({ err }, 'the elections of the data folder could not be looked at; trying again'),
  )
  return async () => {
    folder.stopChanges()
    await looking.stop()
    await control.close()
  }
}

/** The next turn: what was logged is still written. */
export function endAtOnce(): void {
  process.exitCode = EXIT.fault
  setImmediate(() => process.exit(EXIT.fault))
}
