/**
 * Composes what a server serves on a cluster: every election of the data folder whose ballots are
 * there, on the adapters for Redis, Kafka and PostgreSQL, and the parts of the work in its role.
 */
import type { Logger } from 'pino'
import { readSettings } from '../../adapters/embedded/settings.ts'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { kafkaAppend } from '../../adapters/kafka/ballot-append.ts'
import { tokenTable } from '../../adapters/postgres/access-tokens.ts'
import { type Database, openDatabase } from '../../adapters/postgres/database.ts'
import type { SharedNames } from '../../gateway/limits.ts'
import type { ServedElection, ServedElections } from '../../gateway/served-election.ts'
import { ElectionRegistry } from '../../gateway/served-elections.ts'
import { type ClusterAddresses, kafkaAt, postgresAt, reached } from '../../organise/cluster/addresses.ts'
import {
  type ClusterElection,
  clusterElectionIds,
  readClusterElection,
} from '../../organise/cluster/cluster-election.ts'
import { extendOnDatabase } from '../../organise/cluster/extended-cluster.ts'
import { fillFolder, mountedElections } from '../../organise/cluster/mounted-secrets.ts'
import type { KnownTokens } from '../../ports/access-tokens.ts'
import { startBallotLogWatch } from './ballot-log-watch.ts'
import { learnedTokens } from './learned-tokens.ts'
import type { LogSettings } from './log-publishing.ts'
import { startProjector } from './projector.ts'
import { plays, type Role } from './roles.ts'
import { serveOnCluster } from './served-on-cluster.ts'
import { sharedLimits } from './shared-limits.ts'

export interface ServedClusterOptions {
  readonly dataDir: string
  /**
   * A folder of mounted Secrets, one folder per election; the data folder is then temporary, and
   * filled from them.
   */
  readonly secretsDir?: string | undefined
  readonly defaultElection?: string | undefined
  /** If given, only this election is served. */
  readonly only?: string
  readonly addresses: ClusterAddresses
  readonly role: Role
  readonly publicLog: LogSettings
  readonly log: Logger
}

export interface ServedCluster {
  readonly elections: ServedElections
  readonly tokens: KnownTokens
  /** The exchange of wrong keys between servers. */
  readonly wrongKeys: SharedNames
  /** @param patienceMs how long to wait for the process that publishes the log */
  readonly extend: (id: string, closesAtMs: number, patienceMs: number) => Promise<void>
  /** Waits for open ballots, then releases the engines. */
  readonly close: () => Promise<void>
}

/** @throws {BadInput} {BadAddress} if there is no election, or an engine does not answer */
export async function openCluster(options: ServedClusterOptions): Promise<ServedCluster> {
  const { dataDir, addresses, role, log } = options
  await using opened = new AsyncDisposableStack()
  const database = openDatabase(addresses.database, (err) =>
    log.warn({ err }, 'a connection to PostgreSQL was lost'),
  )
  opened.defer(() => database.end())
  const { ids, defaultId } = await chosenElections(options, database)
  const tokens = await reached(postgresAt(addresses), () => learnedTokens(tokenTable(database), log))
  opened.defer(tokens.stop)
  const wrongKeys = await sharedLimits(addresses, database)
  opened.defer(wrongKeys.stop)
  const append = kafkaAppend(addresses.kafka)
  opened.defer(append.close)
  await reached(kafkaAt(addresses), append.probe)
  const projector = plays(role, 'results') ? startProjector(database, addresses.kafka, log) : null
  if (projector) opened.defer(projector.stop)
  // Each box closes its own connection; this one serves them all.
  const shared = { ...append, close: async () => {} }
  const elections: ClusterElection[] = []
  for (const id of ids)
    elections.push(await reached(postgresAt(addresses), () => readClusterElection(dataDir, id, database)))
  const watch = plays(role, 'results')
    ? await reached(kafkaAt(addresses), () => startBallotLogWatch(elections, addresses.kafka, log))
    : null
  if (watch) opened.defer(watch.stop)
  const served: ServedElection[] = []
  for (const election of elections) {
    const one = await serveOnCluster(election, { ...options, database, append: shared, projector, watch })
    opened.defer(one.close)
    served.push(one.served)
  }
  const all = opened.move()
  return {
    ...{ elections: new ElectionRegistry(served, defaultId), tokens, wrongKeys },
    extend: (id, closesAtMs, patienceMs) =>
      extendOnDatabase({ dataDir, id, closesAtMs, patienceMs }, database),
    close: () => all.disposeAsync(),
  }
}

/**
 * Returns the ids of the served elections and the default one.
 * @throws {BadInput} if there are no such elections
 */
async function chosenElections(
  options: ServedClusterOptions,
  database: Database,
): Promise<{ readonly ids: readonly string[]; readonly defaultId: string }> {
  const { dataDir, secretsDir, only } = options
  const mounted = secretsDir === undefined ? undefined : mountedElections(secretsDir)
  for (const id of mounted ?? [])
    await reached(postgresAt(options.addresses), () => fillFolder(dataDir, secretsDir!, id, database))
  const ids = (mounted ?? clusterElectionIds(dataDir)).filter((id) => only === undefined || id === only)
  const preset = only ?? readSettings(dataDir).defaultElection
  const defaultId = options.defaultElection ?? (preset && ids.includes(preset) ? preset : ids[0])
  if (defaultId !== undefined && ids.includes(defaultId)) return { ids, defaultId }
  throw new BadInput(dataDir, [
    {
      message:
        defaultId === undefined
          ? 'has no election of a cluster: create one with "elections init --cluster"'
          : `has no election "${defaultId}" of a cluster; it has ${ids.join(', ')}`,
    },
  ])
}
