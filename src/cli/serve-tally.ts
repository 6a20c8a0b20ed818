/**
 * `elections serve --role tally --secrets`: a process that holds seal keys alone, and serves no
 * voter.
 */
import { BadInput } from '../adapters/files/bad-input.ts'
import type { Role } from '../server/cluster/roles.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { type AccessOptions, accessSettings } from './access-options.ts'
import { type ClusterOptions, clusterAddresses } from './cluster-options.ts'
import { onStopSignal } from './stop-signal.ts'

export interface SecretsOptions {
  readonly cluster?: boolean
  readonly role: Role
  readonly secrets?: string
}

/** Whether the server is one that only keeps Spark counting. */
export const countsAlone = ({ cluster, role, secrets }: SecretsOptions): boolean =>
  cluster === true && role === 'tally' && secrets !== undefined

/** @throws {BadInput} where keys are named that one machine would not read */
export function refuseStraySecrets({ cluster, secrets }: SecretsOptions): void {
  if (secrets !== undefined && !cluster)
    throw new BadInput('--secrets', [{ message: 'is for a cluster: add --cluster' }])
}

interface TallyOptions extends SecretsOptions, ClusterOptions, AccessOptions {
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

export async function serveTally(options: TallyOptions & { readonly secrets: string }): Promise<void> {
  const { startTallyProcess } = await import('../server/cluster/tally-process.ts')
  const { elections, operationsPort, stop } = await startTallyProcess({
    secretsDir: options.secrets,
    addresses: clusterAddresses(options),
    operations: accessSettings(options).operations,
    log: createLogger(options.logLevel),
  })
  onStopSignal(stop)
  if (options.json)
    console.log(JSON.stringify({ event: 'ready', elections, pid: process.pid, metrics_port: operationsPort }))
  else console.log(`Spark is kept counting ${elections.join(', ')} (Ctrl-C stops it)`)
}
