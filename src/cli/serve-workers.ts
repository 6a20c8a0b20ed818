/**
 * `elections serve --workers N`: several processes at one port, and the process that leads them.
 */
import { BadInput } from '../adapters/files/bad-input.ts'
import { plays, type Role } from '../server/cluster/roles.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import type { TlsSettings } from '../server/tls/settings.ts'
import { leadWorkers, WorkerFailed } from '../server/workers/lead.ts'
import { canShare, freePort, type SharedPorts } from '../server/workers/ports.ts'
import { type AccessOptions, accessSettings } from './access-options.ts'
import { onStopSignal } from './stop-signal.ts'
import { listening, type TlsOptions, tlsSettings } from './tls-options.ts'

export interface WorkersOptions extends AccessOptions, TlsOptions {
  readonly cluster?: boolean
  readonly role: Role
  readonly workers: number
  readonly port?: number
  readonly host?: string
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

/** @throws {BadInput} if this server must be one process */
export function fittingWorkers({ workers, cluster, role }: WorkersOptions): void {
  if (workers === 1) return
  const wrong = (message: string) => new BadInput('--workers', [{ message }])
  if (!cluster) throw wrong('is for a cluster: on one machine only one process may hold the keys')
  if (!plays(role, 'gateway'))
    throw wrong(
      `is for servers that accept votes (--role gateway, or all); the role "${role}" runs in one process`,
    )
}

/** @param readyLine makes the line of --json from the facts that a worker reported */
export async function leadServer(
  options: WorkersOptions,
  readyLine: (facts: Readonly<Record<string, unknown>>) => string,
): Promise<void> {
  const log = createLogger(options.logLevel)
  const ports = await portsToShare(options)
  const led = await leadWorkers({
    ...{ workers: options.workers, ports, log },
    onHopeless: (code) => {
      log.fatal('no worker can go on: ending')
      process.exit(code)
    },
  }).catch((cause: unknown) => {
    // The worker has printed the reason.
    if (cause instanceof WorkerFailed) process.exit(cause.code)
    throw cause
  })
  onStopSignal(led.stop)
  // Without TLS, SIGHUP ends the process, as it ends a single server.
  if (tlsSettings(options, true) !== undefined) process.on('SIGHUP', led.look)
  if (options.json) console.log(readyLine({ ...led.facts, workers: led.pids() }))
  else console.log([...led.words, `  ${options.workers} processes serve this address`].join('\n'))
}

/** Returns the TLS settings with the ports that the processes share. */
export function tlsAt(
  asked: TlsSettings | undefined,
  { plain, clients }: SharedPorts,
): TlsSettings | undefined {
  if (asked === undefined) return undefined
  return {
    ...asked,
    httpPort: plain,
    clients:
      asked.clients && clients !== null ? { ...asked.clients, where: { port: clients } } : asked.clients,
  }
}

/** @throws {BadInput} if processes of this system cannot share a port */
async function portsToShare(options: WorkersOptions): Promise<SharedPorts> {
  if (!(await canShare()))
    throw new BadInput('--workers', [
      {
        message:
          'needs a system where processes can share a port (SO_REUSEPORT): start single servers at ' +
          'different ports',
      },
    ])
  const tls = tlsSettings(options, true)
  const { port, host } = listening(options, tls)
  const { operations } = accessSettings(options)
  const where = tls?.clients?.where
  // After a crash, remaining workers may still be using the port: it is ours, so it is not tested.
  const usable = (wanted: number, at: string) =>
    wanted !== 0 && process.env.ELECTIONS_RESTARTED ? wanted : freePort(wanted, at)
  return {
    port: await usable(port, host),
    operations: operations === undefined ? null : await usable(operations.port, operations.host),
    plain: tls?.httpPort == null ? null : await usable(tls.httpPort, host),
    clients: typeof where === 'object' ? await usable(where.port, host) : null,
  }
}
