/**
 * `elections simulate`: votes like a crowd of honest, hasty and hostile voters, and reconciles its
 * figures with the server's count at the end.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readKeyFile } from '../adapters/files/key-file.ts'
import { simulationProgress } from '../simulator/progress.ts'
import { runSimulation } from '../simulator/run.ts'
import {
  NO_SHARES,
  parsePercent,
  parseTargets,
  type Target,
  trafficSharesError,
} from '../simulator/shares.ts'
import { simulationTable } from '../simulator/table.ts'
import { EXIT_NO } from './exit.ts'
import { countOption, wholeNumber } from './options.ts'

interface SimulateOptions {
  readonly url: readonly [URL, ...URL[]]
  readonly cluster?: boolean
  readonly keys: string
  readonly election?: string
  readonly rate: number | 'max'
  readonly share?: readonly Target[]
  readonly double?: number
  readonly wrong?: number
  readonly malformed?: number
  readonly unknownCandidate?: number
  readonly retry?: number
  readonly connections: number
  readonly limit?: number
  readonly seed?: number
  readonly patience: number
  readonly json?: boolean
}

/** Random seeds are below this number, so that people can type them again. */
const SEEDS = 2 ** 32

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .summary('vote as a crowd would, then reconcile')
    .description(
      'Sends a vote for every key of a key file. It adds the shares of double votes, wrong keys, ' +
        'unknown candidates, malformed requests and late retries that you give, and compares its ' +
        'figures with the server’s count at the end. The votes are for random candidates unless you ' +
        'give --share. The votes are real: for a rehearsal make a separate election.',
    )
    .addOption(
      new Option(
        '--url <url>',
        'the server’s address; repeat it to spread the requests over several gateways',
      )
        .makeOptionMandatory()
        .argParser((text, before: readonly URL[] | undefined) => [...(before ?? []), httpUrl(text)]),
    )
    .requiredOption('--keys <file>', 'the voter keys, as "elections init" wrote them')
    .option('--election <id>', 'the election (default: the server’s default one)')
    .addOption(
      new Option('--rate <n>', 'requests per second, or max for no limit').default('max').argParser(rate),
    )
    .addOption(
      new Option(
        '--share <shares>',
        'percentage of the votes for each option, by id or name, such as "A=40,B=60"; other options ' +
          'share the rest',
      ).argParser(targets),
    )
  for (const option of trafficOptions()) command.addOption(option)
  return command
    .addOption(countOption('--limit <n>', 'voters at most (default: all keys)'))
    .addOption(countOption('--seed <n>', 'repeats the run with this seed (default: random, and printed)'))
    .addOption(
      countOption(
        '--patience <seconds>',
        'how long to retry a lost or postponed request, and to wait for a cluster’s count or a closing log',
        60,
      ),
    )
    .option('--cluster', 'refuse servers that are not part of a cluster')
    .option('--json', 'print one JSON document when done')
    .addHelpText(
      'after',
      `
Shares are parts of all requests: --double 2% is two requests in a hundred.
Ctrl-C stops sending, waits for the answers under way and still reconciles.
Exit codes: 0 all figures agree, 1 some do not, 2 bad input.

On a cluster give the address of every gateway: a request that is sent again,
after a lost connection or “try again”, goes to another gateway with the same
Idempotency-Key. At the end the command waits until the count has caught up,
and every gateway must report the same count.

If voting ends during the run, the command waits for the final result in the
public log, which holds back nothing.

Latency: with --rate it is measured from the moment when a request was due, so
that the time for which a stalled server keeps requests waiting is included (no
coordinated omission). With --rate max it is measured from the sending.

Examples:
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv --rate 500 --share "A=40,B=60"
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv --limit 1000 --double 2% --wrong 3% \\
      --malformed 1% --unknown-candidate 1% --retry 1% --json
  $ elections simulate --cluster --url http://gate1:8501 --url http://gate2:8501 --keys keys.csv --double 2%`,
    )
    .action(simulate)
}

/** The shares of requests that are not honest first votes, and the number of requests at a time. */
function trafficOptions(): readonly Option[] {
  return [
    shareOption('--double <share>', 'second votes with a used key'),
    shareOption('--wrong <share>', 'wrong keys'),
    shareOption('--malformed <share>', 'requests that cannot be read'),
    shareOption('--unknown-candidate <share>', 'votes for a name that is not on the ballot'),
    shareOption('--retry <share>', 'late retries with the same Idempotency-Key'),
    new Option('--connections <n>', 'requests at a time')
      .default(64)
      .argParser((text) => wholeNumber(text, 1, 10_000)),
  ]
}

async function simulate(options: SimulateOptions, command: Command): Promise<void> {
  const { double = 0, wrong = 0, malformed = 0, unknownCandidate = 0, retry = 0 } = options
  const shares = { ...NO_SHARES, double, wrong, malformed, unknownCandidate, retry }
  const wrongShares = trafficSharesError(shares)
  if (wrongShares) command.error(`error: ${wrongShares}`, { exitCode: 2 })

  const interruption = new AbortController()
  const onInterrupt = () => {
    // A second Ctrl-C finds no listener and ends the process at once.
    interruption.abort()
    console.error('Stopping: waiting for the answers under way …')
  }
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt)
  const progress = simulationProgress(process.stderr)
  try {
    const report = await runSimulation(
      {
        url: options.url[0],
        alsoAt: options.url.slice(1),
        cluster: options.cluster ?? false,
        ...(options.election === undefined ? {} : { election: options.election }),
        keys: readKeyFile(options.keys),
        rate: options.rate,
        shares,
        targets: options.share ?? [],
        connections: options.connections,
        ...(options.limit === undefined ? {} : { limit: options.limit }),
        seed: options.seed ?? randomInt(SEEDS),
        patienceMs: options.patience * 1000,
        runId: randomBytes(9).toString('base64url'),
        nowMs: () => performance.now(),
      },
      { signal: interruption.signal, onProgress: progress.update, onSettling: progress.settling },
    )
    progress.stop()
    console.log(options.json ? JSON.stringify(report) : simulationTable(report))
    if (!report.reconciliation.balances) process.exitCode = EXIT_NO
  } finally {
    progress.stop()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt)
  }
}

function shareOption(flags: string, what: string): Option {
  return new Option(flags, `share of ${what}, such as 2%`).argParser((text) => {
    const share = parsePercent(text)
    if (share === undefined)
      throw new InvalidArgumentError('It must be a percentage from 0% to 100%, such as 2%.')
    return share
  })
}

function targets(text: string): readonly Target[] {
  const parsed = parseTargets(text)
  if ('error' in parsed) throw new InvalidArgumentError(`${parsed.error}.`)
  return parsed
}

function rate(text: string): number | 'max' {
  if (text === 'max') return 'max'
  const perSecond = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || perSecond <= 0 || perSecond > 1_000_000)
    throw new InvalidArgumentError('It must be a number of requests per second, up to a million, or max.')
  return perSecond
}

function httpUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:8501.')
  return url
}
