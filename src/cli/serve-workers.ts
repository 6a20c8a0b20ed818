/**
 * `elections serve --workers N`: several processes at one port, and what the one that leads them
 * does.
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

/** @throws {BadInput} where one process alone does the work */
export function fittingWorkers({ workers, cluster, role }: WorkersOptions): void {
  if (workers === 1) return
  const wrong = (message: string) => new BadInput('--workers', [{ message }])
  if (!cluster) throw wrong('is for a cluster: on one machine one process holds the keys')
  if (!plays(role, 'gateway'))
    throw wrong(
      `is for servers that take votes: --role gateway, or all; "${role}" is the work of one process`,
    )
}

/** @param readyLine what is told to programs, of what a worker tells of itself */
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
    // The worker has said why.
    if (cause instanceof WorkerFailed) process.exit(cause.code)
    throw cause
  })
  onStopSignal(led.stop)
  // Workers without TLS end by it, as a server alone does.
  if (tlsSettings(options, true) !== undefined) process.on('SIGHUP', led.look)
  if (options.json) console.log(readyLine({ ...led.facts, workers: led.pids() }))
  else console.log([...led.words, `  ${options.workers} processes answer there`].join('\n'))
}

/** TLS as it was asked for, at the ports that are shared. */
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

/** @throws {BadInput} where this system has no ports that processes share */
async function portsToShare(options: WorkersOptions): Promise<SharedPorts> {
  if (!(await canShare()))
    throw new BadInput('--workers', [
      {
        message:
          'needs a system where processes share a port (SO_REUSEPORT): give each server a port of its own',
      },
    ])
  const tls = tlsSettings(options, true)
  const { port, host } = listening(options, tls)
  const { operations } = accessSettings(options)
  const where = tls?.clients?.where
  // After a crash those that were left may be answering still what they have: the port is known to
  // be ours.
  const found = (wanted: number, at: string) =>
    wanted !== 0 && process.env.ELECTIONS_RESTARTED ? wanted : freePort(wanted, at)
  return {
    port: await found(port, host),
    operations: operations === undefined ? null : await found(operations.port, operations.host),
    plain: tls?.httpPort == null ? null : await found(tls.httpPort, host),
    clients: typeof where === 'object' ? await found(where.port, host) : null,
  }
}
