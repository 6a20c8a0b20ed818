/** `elections serve`: serves every election of a data folder. */
import { Command } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { plays, type Role } from '../server/cluster/roles.ts'
import { limitsFrom, limitsOfOne } from '../server/limits.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { PUBLISH_EVERY_S } from '../server/one-machine.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { siteFrom } from '../server/site.ts'
import { refuseUnfitFiles } from '../server/tls/open-certificates.ts'
import { type WitnessOptions, type WitnessSettings, witnessSettings } from '../server/witnesses.ts'
import { type WorkerLink, workerLink } from '../server/workers/link.ts'
import { type AccessOptions, accessOptions, accessSettings } from './access-options.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { checkedBy } from './config/checks.ts'
import { type LimitOptions, limitOptions, wantedLimits } from './limit-options.ts'
import { loadingProgress } from './loading-progress.ts'
import { logLevelOption } from './log-option.ts'
import { baseOption, countOption, drainOption, portOption, publishEveryOption } from './options.ts'
import { readyWords } from './ready-words.ts'
import { logUrlOption, roleOption, secretsOption, workersOption } from './role-options.ts'
import { countsAlone, refuseStraySecrets, type SecretsOptions, serveTally } from './serve-tally.ts'
import { fittingWorkers, leadServer, tlsAt } from './serve-workers.ts'
import { onStopSignal } from './stop-signal.ts'
import { listening, type TlsOptions, tlsOptions, tlsSettings } from './tls-options.ts'
import { witnessOptions } from './witness-options.ts'

interface ServeOptions
  extends ClusterOptions,
    WitnessOptions,
    LimitOptions,
    AccessOptions,
    TlsOptions,
    SecretsOptions {
  readonly data: string
  readonly port?: number
  readonly host?: string
  readonly default?: string
  readonly base?: string
  readonly promiseWithin?: number
  readonly publishEvery: number
  readonly drain: number
  readonly role: Role
  readonly workers: number
  readonly logUrl?: string
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

const OPTION_GROUPS = [tlsOptions, witnessOptions, limitOptions, accessOptions]
/** Spare time for a slow disk or a restart that delays publishing. */
const LEAST_SPARE_S = 10

const HELP = `
On a cluster any number of servers can serve one election. Each needs a copy of the data folder
that "init --cluster" made, or the keys alone (--secrets) and an empty folder.

SIGTERM and Ctrl-C stop the server: it answers the requests under way first, and every acknowledged
ballot is stored. Behind a load balancer use --drain, so that the load balancer notices in time. A
second signal ends the server at once. SIGHUP makes the server look for a newer certificate at once,
or request one again.

Every option also has an environment variable and a key in the configuration file:
"elections config" shows them.

Examples:
  elections serve --data ./data
  elections serve --data ./data --domain vote.example.org --acme-email clerk@example.org
  elections serve --data ./data --domain vote.example.org --tls-cert fullchain.pem --tls-key privkey.pem
  elections serve --data ./data --trust-proxy
  elections serve --data ./data --trust-proxy --base https://example.org/vote/
  elections serve --data ./data --witness 'https://witness.example/w1=witness.example/w1+1a2b3c4d+BbCd…'
  elections serve --cluster --data ./data --role gateway --port 8502 --drain 10
  elections serve --cluster --data ./data --role gateway --workers 4
  elections serve --cluster --data ./data --role gateway --log-url https://log.example.org
  elections serve --cluster --data /scratch --secrets /etc/elections/secrets --role gateway
  LOG_LEVEL=warn elections serve --data ./data --port 0 --json`

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the elections of a data folder: voting, the live count, the dashboard')
    .requiredOption('--data <folder>', 'the data folder that "elections init" made')
    .addOption(portOption('8501, with --domain 443'))
    .option(
      '--host <address>',
      'the address to listen on; 0.0.0.0 for all (default: 127.0.0.1, or all addresses with --domain)',
    )
    .option('--default <id>', 'the election of the paths without an id: /vote, /results and /')
    .addOption(baseOption())
    .addOption(
      countOption(
        '--promise-within <seconds>',
        'receipts promise that the ballot is in the public log within this many seconds (default: ' +
          '86400 after voting ends; 600 after the vote, if the log publishes ballots one by one)',
      ),
    )
    .addOption(publishEveryOption(PUBLISH_EVERY_S))
    .addOption(drainOption())
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when ready')
    .addOption(roleOption())
    .addOption(workersOption())
    .addOption(logUrlOption())
    .addOption(secretsOption())
  for (const option of OPTION_GROUPS.flatMap((group) => group())) command.addOption(option)
  checkedBy(command, fittingWitnesses)
  checkedBy(command, fittingWorkers)
  checkedBy(command, refuseStraySecrets)
  checkedBy(command, siteOf)
  checkedBy(command, (options: ServeOptions) => {
    const tls = tlsSettings(options, options.cluster ?? false)
    if (tls !== undefined) refuseUnfitFiles(tls, systemClock)
  })
  return onCluster(command).addHelpText('after', HELP).action(serve)
}

async function serve(options: ServeOptions): Promise<void> {
  refuseStraySecrets(options)
  fittingWorkers(options)
  const witnesses = fittingWitnesses(options)
  if (countsAlone(options)) return serveTally({ ...options, secrets: options.secrets! })
  const link = workerLink()
  if (options.workers > 1 && link === undefined) return leadServer(options, readyLine)
  const asked = tlsSettings(options, options.cluster ?? false)
  const tls = link === undefined ? asked : tlsAt(asked, link.ports)
  const { port, host } = listening(options, tls)
  const server = await startServer({
    ...{ dataDir: options.data, port: link?.ports.port ?? port, host, tls },
    log: createLogger(options.logLevel),
    witnesses: isFollower(link) ? { witnesses: [] } : witnesses,
    defaultElection: options.default,
    site: siteOf(options),
    ...accessOf(options, link),
    ...limitsAndFellows(options, link),
    promiseWithinS: options.promiseWithin,
    publishEveryMs: options.publishEvery * 1000,
    drainMs: options.drain * 1000,
    cluster: options.cluster
      ? {
          ...{ addresses: clusterAddresses(options), logUrl: options.logUrl, secretsDir: options.secrets },
          // Only one process may play the roles of the count and the publisher.
          role: isFollower(link) ? 'gateway' : options.role,
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

/** Whether this process is a worker that only accepts votes. */
const isFollower = (link: WorkerLink | undefined): boolean => link !== undefined && !link.leads

function limitsAndFellows(options: ServeOptions, link: WorkerLink | undefined) {
  const limits = limitsFrom(wantedLimits(options))
  return { fellows: link, limits: link === undefined ? limits : limitsOfOne(limits, options.workers) }
}

/** If health and metrics have a separate port, workers share it. */
function accessOf(options: ServeOptions, link: WorkerLink | undefined) {
  const access = accessSettings(options)
  const port = link?.ports.operations ?? access.operations?.port
  return { ...access, operations: access.operations && { ...access.operations, port: port! } }
}

/** The address, the default election, and the additional ports that are open. */
function readyFacts({ url, elections, operationsPort, plainPort, clientPort }: RunningServer) {
  return {
    ...{ url, election: elections.default.election.id },
    ...(operationsPort === null ? {} : { metrics_port: operationsPort }),
    ...(plainPort === null ? {} : { http_port: plainPort }),
    ...(clientPort === null ? {} : { client_port: clientPort }),
  }
}

/** The line of --json, for programs. */
function readyLine({ url, election, ...more }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ event: 'ready', url, election, pid: process.pid, ...more })
}

/** Notes about settings that differ from the default. */
function accessNotes({ requireToken = [] }: ServeOptions): string[] {
  return [
    ...(requireToken.includes('cast')
      ? ['  Ballots need an access token: the booth of this server cannot cast any.']
      : []),
    ...(requireToken.includes('results')
      ? [
          '  The count needs an access token: the public dashboard does not show it. The public log ' +
            'stays public.',
        ]
      : []),
  ]
}

/** @throws {BadInput} if options that are each valid do not fit together */
function fittingWitnesses(options: ServeOptions): WitnessSettings {
  refuseEarlyPromises(options)
  const witnesses = witnessSettings(options)
  if (options.cluster && !plays(options.role, 'results') && witnesses.witnesses.length > 0)
    throw new BadInput('--witness', [
      { message: 'is for servers that publish the log (--role results, or all)' },
    ])
  return witnesses
}

/** @throws {BadInput} */
function siteOf({ base }: ServeOptions) {
  if (base === undefined) return undefined
  const site = siteFrom(base)
  if ('problem' in site) throw new BadInput('--base', [{ message: `“${base.slice(0, 64)}” ${site.problem}` }])
  return site
}

/**
 * A promise that ends before its ballot is published would be evidence against an honest server.
 */
function refuseEarlyPromises({ promiseWithin, publishEvery }: ServeOptions): void {
  const least = publishEvery + LEAST_SPARE_S
  if (promiseWithin !== undefined && promiseWithin < least)
    throw new BadInput('--promise-within', [
      {
        message:
          `must be at least ${least} s: ballots are published every ${publishEvery} s, which can be ` +
          'late',
      },
    ])
}
