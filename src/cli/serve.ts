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
/** For a disk or a restart that holds publishing up. */
const LEAST_SPARE_S = 10

const HELP = `
On a cluster any number of servers may serve one election, each from a copy of the data folder that "init --cluster" made, or from
the keys alone (--secrets) and an empty folder.
Ends on SIGTERM or Ctrl-C: requests under way are answered, every acknowledged ballot is stored. Behind a load balancer
--drain gives it time to hear of that first; a second signal ends at once.
SIGHUP: looks at once whether there is a newer certificate, or asks for one again.
Every option has a variable and a key in the configuration file, too: "elections config" shows them.

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
          // The count and the publisher are one each.
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

/** Whether this process is one of several, and takes votes alone. */
const isFollower = (link: WorkerLink | undefined): boolean => link !== undefined && !link.leads

function limitsAndFellows(options: ServeOptions, link: WorkerLink | undefined) {
  const limits = limitsFrom(wantedLimits(options))
  return { fellows: link, limits: link === undefined ? limits : limitsOfOne(limits, options.workers) }
}

/** Health and metrics at the port that is shared, where they have one of their own. */
function accessOf(options: ServeOptions, link: WorkerLink | undefined) {
  const access = accessSettings(options)
  const port = link?.ports.operations ?? access.operations?.port
  return { ...access, operations: access.operations && { ...access.operations, port: port! } }
}

/** Other ports where they are listened at. */
function readyFacts({ url, elections, operationsPort, plainPort, clientPort }: RunningServer) {
  return {
    ...{ url, election: elections.default.election.id },
    ...(operationsPort === null ? {} : { metrics_port: operationsPort }),
    ...(plainPort === null ? {} : { http_port: plainPort }),
    ...(clientPort === null ? {} : { client_port: clientPort }),
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
        message: `must be at least ${least}: ballots are published every ${publishEvery} s, and that may be late`,
      },
    ])
}
