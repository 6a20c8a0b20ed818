/**
 * A process of the role `tally` that holds seal keys alone: it keeps Spark counting the elections
 * whose keys are mounted, tells the others how that goes, and serves no voter. Health and metrics
 * are all it listens for.
 */
import type { Logger } from 'pino'
import { openDatabase } from '../../adapters/postgres/database.ts'
import { pipelineRecord } from '../../adapters/postgres/pipeline-record.ts'
import { operationsServer } from '../../gateway/operations-server.ts'
import { tallyHealth } from '../../gateway/tally-health.ts'
import { type ClusterAddresses, postgresAt, reached } from '../../organise/cluster/addresses.ts'
import { mountedElections, mountedSealKey, storedElection } from '../../organise/cluster/mounted-secrets.ts'
import { ProcessStates } from './process-states.ts'
import { startTallyEngine } from './tally-engine.ts'

export interface TallyProcessOptions {
  /** A folder of mounted Secrets, one folder per election. */
  readonly secretsDir: string
  readonly addresses: ClusterAddresses
  /** Where health and metrics listen; undefined: nowhere. */
  readonly operations?: { readonly port: number; readonly host: string } | undefined
  readonly log: Logger
}

export interface TallyProcess {
  /** Ids of the elections it counts. */
  readonly elections: readonly string[]
  readonly operationsPort: number | null
  readonly stop: () => Promise<void>
}

/**
 * @throws {BadInput} where a key is missing or malformed, or PostgreSQL lacks an election;
 *   {EngineTrouble}
 */
export async function startTallyProcess(options: TallyProcessOptions): Promise<TallyProcess> {
  const { secretsDir, addresses, operations, log } = options
  const elections = mountedElections(secretsDir).map((id) => ({
    id,
    sealKey: mountedSealKey(secretsDir, id),
  }))
  await using opened = new AsyncDisposableStack()
  const database = openDatabase(addresses.database, (err) =>
    log.warn({ err }, 'a connection to PostgreSQL was lost'),
  )
  opened.defer(() => database.end())
  const states = new Map<string, ProcessStates>()
  for (const { id, sealKey } of elections) {
    await reached(postgresAt(addresses), () => storedElection(database, id, secretsDir))
    const counting = startTallyEngine({ election: { id }, sealKey }, addresses, log.child({ election: id }))
    opened.defer(counting.stop)
    const record = new ProcessStates(pipelineRecord(database, id))
    states.set(id, record)
    opened.defer(
      record.exchange(
        () => ({ tally: counting.state() }),
        () => {},
      ).stop,
    )
  }
  let stopping = false
  const health = tallyHealth(
    () => new Map([...states].map(([id, record]) => [id, { tally: record.last().tally ?? null }])),
    () => stopping,
  )
  const server = operationsServer(health)
  opened.defer(server.stop)
  const operationsPort = operations ? await server.listen(operations.port, operations.host, false) : null
  const all = opened.move()
  return {
    elections: elections.map(({ id }) => id),
    operationsPort,
    stop: () => {
      stopping = true
      return all.disposeAsync()
    },
  }
}
