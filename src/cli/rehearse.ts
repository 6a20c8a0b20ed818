/**
 * `elections rehearse`: casts the ballots of a published result through the real ballot path and
 * checks that the count equals that result.
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
    .summary('cast the ballots of a published result, and check that the count equals it')
    .description(
      'Makes an election, its voter roll and its voter keys from a published result. It casts ' +
        'exactly those ballots in a\n' +
        'random order through the real ballot path and waits until the public log has all of them. ' +
        'Then it checks, district\n' +
        'by district, that the count equals the file, and that recounts of the stored ballots and of ' +
        'the public log equal\n' +
        'the count.',
    )
    .argument('<results.csv>', 'the published result, with the columns district,candidate,votes')
    .requiredOption('--data <folder>', 'the data folder; the rehearsal adds one more election to it')
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
    .option('--port <n>', 'serve the dashboard at this port during the rehearsal and until Ctrl-C', (text) =>
      wholeNumber(text, 0, 65_535),
    )
    .addOption(countOption('--rate <n>', 'ballots per second at most (default: as fast as they are stored)'))
    .option(
      '--map <file>',
      'a map of the districts, GeoJSON or TopoJSON; the id of each area is the name of its district',
    )
    .addOption(logLevelOption())
    .option('--json', 'print one line of JSON when done, and one when the dashboard is ready')
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

/** Starts a server whose dashboard shows the rehearsal until Ctrl-C. */
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
  // The server keeps running after the rehearsal.
  return { served: server.elections.default, ending: ending.signal, close: async () => {} }
}
