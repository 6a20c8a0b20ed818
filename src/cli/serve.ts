/** `elections serve`: serves every election of a data folder. */
import { Command } from 'commander'
import { BadInput } from '../adapters/files/bad-input.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { ownZone, timesInWords } from '../organise/times-in-words.ts'
import { plays, type Role } from '../server/cluster/roles.ts'
import { limitsFrom } from '../server/limits.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { PUBLISH_EVERY_S } from '../server/one-machine.ts'
import { type RunningServer, startServer } from '../server/server.ts'
import { siteFrom } from '../server/site.ts'
import { type WitnessOptions, witnessSettings } from '../server/witnesses.ts'
import { type AccessOptions, accessOptions, accessSettings } from './access-options.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { type LimitOptions, limitOptions, wantedLimits } from './limit-options.ts'
import { loadingProgress } from './loading-progress.ts'
import { logLevelOption } from './log-option.ts'
import { baseOption, countOption, portOption, publishEveryOption } from './options.ts'
import { logUrlOption, roleOption } from './role-options.ts'
import { onStopSignal } from './stop-signal.ts'
import { witnessOptions } from './witness-options.ts'

interface ServeOptions extends ClusterOptions, WitnessOptions, LimitOptions, AccessOptions {
  readonly data: string
  readonly port: number
  readonly host: string
  readonly default?: string
  readonly base?: string
  readonly promiseWithin?: number
  readonly publishEvery: number
  readonly role: Role
  readonly logUrl?: string
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

/** For a disk or a restart that holds publishing up. */
const LEAST_SPARE_S = 10

const HELP = `
On a cluster any number of servers may serve one election, each from a copy of the data folder that "init --cluster" made.
Ends on SIGTERM or Ctrl-C: requests under way are answered, every acknowledged ballot is stored.
Every option has a variable and a key in the configuration file, too: "elections config" shows them.

Examples:
  elections serve --data ./data
  elections serve --data ./data --host 0.0.0.0 --port 80
  elections serve --data ./data --trust-proxy
  elections serve --data ./data --trust-proxy --base https://example.org/vote/
  elections serve --data ./data --witness 'https://witness.example/w1=witness.example/w1+1a2b3c4d+BbCd…'
  elections serve --cluster --data ./data --role gateway --port 8502
  elections serve --cluster --data ./data --role gateway --log-url https://log.example.org
  LOG_LEVEL=warn elections serve --data ./data --port 0 --json`

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the elections of a data folder: voting, the live count, the dashboard')
    .requiredOption('--data <folder>', 'the data folder that "elections init" made')
    .addOption(portOption(8501))
    .option('--host <address>', 'the address to listen on; 0.0.0.0 for all', '127.0.0.1')
    .option('--default <id>', 'the election that /vote, /results and / speak of')
    .addOption(baseOption())
    .addOption(
      countOption(
        '--promise-within <seconds>',
        'receipts promise the ballot’s place in the public log within so long (default: 86400 after voting closes, ' +
          '600 after the vote where ballots are told one by one)',
      ),
    )
    .addOption(publishEveryOption(PUBLISH_EVERY_S))
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when ready')
    .addOption(roleOption())
    .addOption(logUrlOption())
  for (const option of [...witnessOptions(), ...limitOptions(), ...accessOptions()]) command.addOption(option)
  return onCluster(command)
    .addHelpText('after', HELP)
    .action(async (options: ServeOptions) => {
      refuseEarlyPromises(options)
      const witnesses = witnessSettings(options)
      if (options.cluster && !plays(options.role, 'results') && witnesses.witnesses.length > 0)
        throw new BadInput('--witness', [
          { message: 'is for the servers that publish the log: --role results, or all' },
        ])
      const log = createLogger(options.logLevel)
      const { url, operationsPort, elections, stop } = await startServer({
        dataDir: options.data,
        port: options.port,
        host: options.host,
        defaultElection: options.default,
        site: siteOf(options),
        limits: limitsFrom(wantedLimits(options)),
        ...accessSettings(options),
        promiseWithinS: options.promiseWithin,
        publishEveryMs: options.publishEvery * 1000,
        witnesses,
        cluster: options.cluster
          ? { addresses: clusterAddresses(options), role: options.role, logUrl: options.logUrl }
          : undefined,
        loading: loadingProgress(),
        log,
      })
      onStopSignal(stop)
      const { election } = elections.default
      if (options.json) {
        const ready = { event: 'ready', url, election: election.id, pid: process.pid }
        const metrics = operationsPort === null ? {} : { metrics_port: operationsPort }
        console.log(JSON.stringify({ ...ready, ...metrics }))
      } else console.log(readyWords(election.title, url, elections, options).join('\n'))
    })
}

function readyWords(
  title: string,
  url: string,
  elections: RunningServer['elections'],
  options: ServeOptions,
): string[] {
  return [
    `${title} is served at ${url} (Ctrl-C stops it)`,
    ...timesOf(elections),
    ...plainHttpNote(options),
    ...accessNotes(options),
  ]
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

/** What to know where others than this machine reach the server. */
function plainHttpNote({ host }: Pick<ServeOptions, 'host'>): string[] {
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return []
  return [
    '  This is plain HTTP: on the way others can read keys and choices, and change them. Put a web server with TLS in front,',
    '  and let voters reach that one alone.',
  ]
}

/** Elections whose times are told: more than these nobody reads. */
const MOST_TOLD = 20

/** When voting opens and ends in each election, in words. */
function timesOf({ byId }: RunningServer['elections']): string[] {
  return [...byId.values()].slice(0, MOST_TOLD).flatMap(({ file }) => {
    const whose = byId.size > 1 ? `${file.id}: ` : ''
    return timesInWords(file, systemClock.nowMs(), ownZone()).map((line) => `  ${whose}${line}`)
  })
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
