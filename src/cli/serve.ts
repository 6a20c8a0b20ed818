/** `elections serve`: serves every election of a data folder. */
import { Command } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { plays, type Role } from '../server/cluster/roles.ts'
import { limitsFrom, limitsOfOne } from '../server/limits.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { PUBLISH_EVERY_S } from '../server/one-machine.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { siteFrom } from '../server/site.ts'
import { type WitnessOptions, type WitnessSettings, witnessSettings } from '../server/witnesses.ts'
import { leadWorkers, WorkerFailed } from '../server/workers/lead.ts'
import { type WorkerLink, workerLink } from '../server/workers/link.ts'
import { canShare, freePort, type SharedPorts } from '../server/workers/ports.ts'
import { type AccessOptions, accessOptions, accessSettings } from './access-options.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { checkedBy } from './config/checks.ts'
import { type LimitOptions, limitOptions, wantedLimits } from './limit-options.ts'
import { loadingProgress } from './loading-progress.ts'
import { logLevelOption } from './log-option.ts'
import { baseOption, countOption, portOption, publishEveryOption } from './options.ts'
import { readyWords } from './ready-words.ts'
import { logUrlOption, roleOption, workersOption } from './role-options.ts'
import { onStopSignal } from './stop-signal.ts'
import { listening, type TlsOptions, tlsOptions, tlsSettings } from './tls-options.ts'
import { witnessOptions } from './witness-options.ts'

interface ServeOptions extends ClusterOptions, WitnessOptions, LimitOptions, AccessOptions, TlsOptions {
  readonly data: string
  readonly port?: number
  readonly host?: string
  readonly default?: string
  readonly base?: string
  readonly promiseWithin?: number
  readonly publishEvery: number
  readonly role: Role
  readonly workers: number
  readonly logUrl?: string
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

const OPTION_GROUPS = [tlsOptions, witnessOptions, limitOptions, accessOptions]
/** For a disk or a restart that holds publishing up. */
const LEAST_SPARE_S = 10

const HELP = `
On a cluster any number of servers may serve one election, each from a copy of the data folder that "init --cluster" made.
Ends on SIGTERM or Ctrl-C: requests under way are answered, every acknowledged ballot is stored.
SIGHUP: looks at once whether there is a newer certificate, or asks for one again.
Every option has a variable and a key in the configuration file, too: "elections config" shows them.

Examples:
  elections serve --data ./data
  elections serve --data ./data --domain vote.example.org --acme-email clerk@example.org
  elections serve --data ./data --domain vote.example.org --tls-cert fullchain.pem --tls-key privkey.pem
  elections serve --data ./data --trust-proxy
  elections serve --data ./data --trust-proxy --base https://example.org/vote/
  elections serve --data ./data --witness 'https://witness.example/w1=witness.example/w1+1a2b3c4d+BbCd…'
  elections serve --cluster --data ./data --role gateway --port 8502
  elections serve --cluster --data ./data --role gateway --workers 4
  elections serve --cluster --data ./data --role gateway --log-url https://log.example.org
  LOG_LEVEL=warn elections serve --data ./data --port 0 --json`

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the elections of a data folder: voting, the live count, the dashboard')
    .requiredOption('--data <folder>', 'the data folder that "elections init" made')
    .addOption(portOption('8501, with --domain 443'))
    .option(
      '--host <address>',
      'the address to listen on; 0.0.0.0 for all (default: 127.0.0.1, with --domain all)',
    )
    .option('--default <id>', 'the election that /vote, /results and / speak of')
    .addOption(baseOption())
    .addOption(
      countOption(
        '--promise-within <seconds>',
        'receipts promise the ballot’s place in the public log within this many seconds (default: 86400 after voting closes, ' +
          '600 after the vote where ballots are told one by one)',
      ),
    )
    .addOption(publishEveryOption(PUBLISH_EVERY_S))
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when ready')
    .addOption(roleOption())
    .addOption(workersOption())
    .addOption(logUrlOption())
  for (const option of OPTION_GROUPS.flatMap((group) => group())) command.addOption(option)
  checkedBy(command, fittingWitnesses)
  checkedBy(command, fittingWorkers)
  checkedBy(command, (options: ServeOptions) => void tlsSettings(options, options.cluster ?? false))
  return onCluster(command)
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => {
      fittingWorkers(options)
      const link = workerLink()
      if (options.workers > 1 && link === undefined) await lead(options)
      else await serve(options, link)
    })
}

/** @param link where this process is one of several */
async function serve(options: ServeOptions, link: WorkerLink | undefined): Promise<void> {
  const witnesses = fittingWitnesses(options)
  const log = createLogger(options.logLevel)
  const asked = tlsSettings(options, options.cluster ?? false)
  const { port: askedPort, host } = listening(options, asked)
  const { port, operations, plain } = link?.ports ?? { port: askedPort, operations: null, plain: null }
  const tls = asked && plain !== null ? { ...asked, httpPort: plain } : asked
  const access = accessSettings(options)
  const limits = limitsFrom(wantedLimits(options))
  const server = await startServer({
    ...{ dataDir: options.data, port, host, tls, log, fellows: link },
    witnesses: link === undefined || link.leads ? witnesses : { witnesses: [] },
    defaultElection: options.default,
    site: siteOf(options),
    limits: link === undefined ? limits : limitsOfOne(limits, options.workers),
    ...access,
    ...(access.operations &&
      operations !== null && { operations: { ...access.operations, port: operations } }),
    promiseWithinS: options.promiseWithin,
    publishEveryMs: options.publishEvery * 1000,
    cluster: options.cluster
      ? {
          addresses: clusterAddresses(options),
          // The others take votes alone: the count and the publisher are one each.
          role: link === undefined || link.leads ? options.role : 'gateway',
          logUrl: options.logUrl,
        }
      : undefined,
    loading: loadingProgress(),
  })
  const end = onStopSignal(server.stop)
  if (tls !== undefined) process.on('SIGHUP', server.lookForCertificate)
  const words = [...readyWords(server, host, tls), ...accessNotes(options)]
  if (link !== undefined) {
    link.onOrders(end, server.lookForCertificate)
    link.ready({ facts: readyFacts(server), words })
  } else if (options.json) console.log(readyLine(readyFacts(server)))
  else console.log(words.join('\n'))
}

/** Leads several processes that serve at one port. */
async function lead(options: ServeOptions): Promise<void> {
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

/** @throws {BadInput} where this system has no ports that processes share */
async function portsToShare(options: ServeOptions): Promise<SharedPorts> {
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
  // After a crash those that were left may be answering still what they have: the port is known to be ours.
  const found = (wanted: number, at: string) =>
    wanted !== 0 && process.env.ELECTIONS_RESTARTED ? wanted : freePort(wanted, at)
  return {
    port: await found(port, host),
    operations: operations === undefined ? null : await found(operations.port, operations.host),
    plain: tls?.httpPort == null ? null : await found(tls.httpPort, host),
  }
}

/** Other ports where they are listened at. */
function readyFacts({ url, elections, operationsPort, plainPort }: RunningServer) {
  return {
    ...{ url, election: elections.default.election.id },
    ...(operationsPort === null ? {} : { metrics_port: operationsPort }),
    ...(plainPort === null ? {} : { http_port: plainPort }),
  }
}

/** For programs. */
function readyLine({ url, election, ...more }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ event: 'ready', url, election, pid: process.pid, ...more })
}

/** What is not as by default. */
function accessNotes({ requireToken = [] }: ServeOptions): string[] {
  return [
    ...(requireToken.includes('cast')
      ? ['  Ballots are taken with an access token alone: the booth takes none here.']
      : []),
    ...(requireToken.includes('results')
      ? [
          '  The count is shown with an access token alone: not on the dashboard. The public log stays public.',
        ]
      : []),
  ]
}

/** @throws {BadInput} where options that are well by themselves do not go together */
function fittingWitnesses(options: ServeOptions): WitnessSettings {
  refuseEarlyPromises(options)
  const witnesses = witnessSettings(options)
  if (options.cluster && !plays(options.role, 'results') && witnesses.witnesses.length > 0)
    throw new BadInput('--witness', [
      { message: 'is for the servers that publish the log: --role results, or all' },
    ])
  return witnesses
}

/** @throws {BadInput} where one process alone does the work */
function fittingWorkers({ workers, cluster, role }: ServeOptions): void {
  if (workers === 1) return
  const wrong = (message: string) => new BadInput('--workers', [{ message }])
  if (!cluster) throw wrong('is for a cluster: on one machine one process holds the keys')
  if (!plays(role, 'gateway'))
    throw wrong(
      `is for servers that take votes: --role gateway, or all; "${role}" is the work of one process`,
    )
}

/** @throws {BadInput} */
function siteOf({ base }: ServeOptions) {
  if (base === undefined) return undefined
  const site = siteFrom(base)
  if ('problem' in site) throw new BadInput('--base', [{ message: `“${base.slice(0, 64)}” ${site.problem}` }])
  return site
}

/** A promise that ends before its ballot is published would be evidence against an honest server. */
function refuseEarlyPromises({ promiseWithin, publishEvery }: ServeOptions): void {
  const least = publishEvery + LEAST_SPARE_S
  if (promiseWithin !== undefined && promiseWithin < least)
    throw new BadInput('--promise-within', [
      {
        message: `must be at least ${least}: ballots are published every ${publishEvery} s, and that may be late`,
      },
    ])
}
