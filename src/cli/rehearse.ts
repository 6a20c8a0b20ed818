/**
 * `elections rehearse`: plays a published result through the real ballot path and checks that the
 * count equals it.
 */
import { Command } from 'commander'
import { systemClock } from '../adapters/node/clock.ts'
import { defaultLimits } from '../server/limits.ts'
import { createLogger, type LogLevel } from '../server/logger.ts'
import { openFolder } from '../server/one-machine.ts'
import { endAtOnce, startServer } from '../server/server.ts'
import { isEqual, type OpenedRehearsal, rehearse } from '../simulator/rehearse.ts'
import { type ClusterOptions, clusterAddresses, onCluster, wantedCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'
import { loadingProgress } from './loading-progress.ts'
import { logLevelOption } from './log-option.ts'
import { atLeastOne, countOption, wholeNumber } from './options.ts'
import { withProgress } from './progress.ts'
import { inJson, inWords } from './rehearsal-report.ts'
import { onStopSignal } from './stop-signal.ts'

interface RehearseOptions extends ClusterOptions {
  readonly data: string
  readonly scale: number
  readonly seed: number
  readonly port?: number
  readonly rate?: number
  readonly map?: string
  readonly logLevel?: LogLevel
  readonly json?: boolean
}

export function rehearseCommand(): Command {
  const command = new Command('rehearse')
    .summary('play a published result through the real ballot path, and check the count')
    .description(
      'Builds an election, its roll and its keys from a published result, casts exactly those ballots in a random\n' +
        'order through the real ballot path, waits until the public log tells all of them, and checks that the count equals\n' +
        'the file, district by district, and that a recount of the stored ballots and one of the public log equal the count.',
    )
    .argument('<results.csv>', 'the result: district,candidate,votes')
    .requiredOption('--data <folder>', 'the data folder; a rehearsal is one more election in it')
    .option(
      '--scale <n>',
      'divide every count by this, rounded to the nearest whole number, halves up',
      (text) => atLeastOne(text),
      1,
    )
    .option(
      '--seed <n>',
      'the order of the ballots; the same seed gives the same order',
      (text) => wholeNumber(text, 0, 2 ** 32 - 1),
      1,
    )
    .option('--port <n>', 'serve the dashboard at this port meanwhile, and until Ctrl-C afterwards', (text) =>
      wholeNumber(text, 0, 65_535),
    )
    .addOption(countOption('--rate <n>', 'ballots per second at most (default: as fast as they are stored)'))
    .option(
      '--map <file>',
      'a map of the districts, GeoJSON or TopoJSON, whose areas carry the districts’ names as ids',
    )
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when done, and one when the dashboard is served')
  return onCluster(command)
    .addHelpText(
      'after',
      `
Examples:
  $ elections rehearse us-president-2020-by-county.csv --data ./rehearsal --scale 1000
  $ elections rehearse council-2024.csv --data ./rehearsal
  $ elections rehearse us-president-2020-by-county.csv --data ./rehearsal --scale 1000 --port 8501 --rate 2000

Exit codes: 0 the count equals the file, 1 it does not, 2 the file cannot be used.`,
    )
    .action(run)
}

async function run(path: string, options: RehearseOptions): Promise<void> {
  const { data: dataDir, scale, seed, rate, map, port } = options
  const report = await rehearse(
    { path, dataDir, scale, seed, rate, map, cluster: wantedCluster(options) },
    {
      progress: withProgress,
      note: (words) => console.error(`warning: ${words}`),
      open: (id) => (port === undefined ? openUnwatched(options, id) : openWatched(options, port, id)),
    },
  )
  if (report === null) return
  if (!isEqual(report)) process.exitCode = EXIT_NO
  console.log(options.json ? inJson(report) : inWords(report, options))
}

async function openUnwatched(options: RehearseOptions, id: string): Promise<OpenedRehearsal> {
  const { elections, close } = options.cluster
    ? await (await import('../server/cluster/rehearsed-cluster.ts')).openRehearsal(
        options.data,
        id,
        clusterAddresses(options),
        createLogger(options.logLevel ?? 'warn'),
      )
    : await openFolder({
        dataDir: options.data,
        defaultElection: id,
        clock: systemClock,
        loading: loadingProgress(),
        log: createLogger(options.logLevel),
        onBroken: (fault) => {
          console.error(fault)
          endAtOnce()
        },
      })
  return { served: elections.default, close }
}

/** A server to watch the rehearsal by, until Ctrl-C. */
async function openWatched(options: RehearseOptions, port: number, id: string): Promise<OpenedRehearsal> {
  const server = await startServer({
    dataDir: options.data,
    port,
    host: '127.0.0.1',
    defaultElection: id,
    limits: defaultLimits(),
    cluster: options.cluster ? { addresses: clusterAddresses(options), role: 'all' } : undefined,
    loading: loadingProgress(),
    log: createLogger(options.logLevel ?? 'warn'),
  })
  const ending = new AbortController()
  onStopSignal(async () => {
    ending.abort(new Error('stopped'))
    await server.stop()
  })
  if (options.json)
    console.log(JSON.stringify({ event: 'ready', url: server.url, election: id, pid: process.pid }))
  else console.log(`Watch it at ${server.url} (Ctrl-C stops it)`)
  // It goes on when the rehearsal is over.
  return { served: server.elections.default, ending: ending.signal, close: async () => {} }
}
