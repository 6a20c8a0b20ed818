/**
 * A server from start to stop: opens the folder, listens, and on SIGTERM or SIGINT drains: requests under way are
 * answered, ballots taken are stored, then the process ends.
 */
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { runningServer } from '../adapters/embedded/lock.ts'
import { systemClock } from '../adapters/node/clock.ts'
import type { ServedElections } from '../gateway/served-election.ts'
import { createGateway, type GatewayLimits } from '../gateway/server.ts'
import type { ClusterAddresses } from '../organise/cluster/addresses.ts'
import { openCluster } from './cluster/cluster.ts'
import type { LogSettings } from './cluster/log-role.ts'
import type { Role } from './cluster/roles.ts'
import { EXIT_FAULT } from './exit-fault.ts'
import { type Loading, openFolder, PUBLISH_EVERY_S } from './one-machine.ts'
import { VERSION } from './version.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface ServerOptions {
  readonly dataDir: string
  readonly port: number
  readonly host: string
  readonly defaultElection?: string | undefined
  readonly limits: GatewayLimits
  readonly promiseWithinS?: number | null | undefined
  readonly publishEveryMs?: number | undefined
  readonly witnesses?: WitnessSettings | undefined
  /** Where given, the ballots lie there and not in the data folder. */
  readonly cluster?:
    | { readonly addresses: ClusterAddresses; readonly role: Role; readonly logUrl?: string | undefined }
    | undefined
  /** How far a folder's elections are loaded. */
  readonly loading?: Loading | undefined
  readonly log: Logger
}

export interface RunningServer {
  readonly url: string
  readonly elections: ServedElections
  readonly stop: () => Promise<void>
}

const PAGES = fileURLToPath(new URL('../../dist/web/', import.meta.url))
/** Set by the launcher when it starts a server again after a crash; port 0 then means the port it had. */
const RESTARTED = 'ELECTIONS_RESTARTED'

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log, dataDir } = options
  const before = process.env[RESTARTED] ? runningServer(dataDir) : undefined
  const served = await openServed(options)
  const gateway = await createGateway({
    elections: served.elections,
    log,
    pagesDir: PAGES,
    version: VERSION,
    limits: options.limits,
    // The log is the truth and this process no longer knows it: end at once, a restart replays it.
    onFault: (err) => {
      log.fatal({ err }, 'whether ballots were stored is unknown: ending, a restart will read the log')
      endAtOnce()
    },
  })
  const port = options.port === 0 && before ? Number(new URL(before.url).port) : options.port
  let url: string
  try {
    ;({ url } = await gateway.listen(port, options.host))
  } catch (cause) {
    await served.close()
    throw cause
  }
  served.announce(url)
  const stop = async () => {
    await gateway.stop()
    await served.close()
  }
  return { url, elections: served.elections, stop }
}

interface Served {
  readonly elections: ServedElections
  readonly announce: (url: string) => void
  readonly close: () => Promise<void>
}

async function openServed(options: ServerOptions): Promise<Served> {
  const { dataDir, defaultElection, log, cluster, promiseWithinS, witnesses } = options
  const publishEveryMs = options.publishEveryMs ?? PUBLISH_EVERY_S * 1000
  const onBroken = (err: Error) => {
    log.fatal({ err }, 'the public log would fork: ending')
    endAtOnce()
  }
  if (cluster) {
    const { addresses, role, logUrl } = cluster
    const publicLog: LogSettings = {
      ...{ promiseWithinS, publishEveryMs, logUrl, onBroken },
      witnesses: witnesses ?? { witnesses: [] },
    }
    const served = await openCluster({ dataDir, defaultElection, addresses, role, publicLog, log })
    // Many may serve one cluster.
    return { ...served, announce: () => {} }
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
  })
  return { ...folder, announce: folder.lock.announce }
}

/** The next turn: what was logged is still written. */
export function endAtOnce(): void {
  process.exitCode = EXIT_FAULT
  setImmediate(() => process.exit(EXIT_FAULT))
}
