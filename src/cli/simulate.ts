/**
 * `elections simulate`: votes as a crowd would, the honest, the hasty and the hostile, and
 * reconciles at the end.
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

/** Seeds drawn for people to type again. */
const SEEDS = 2 ** 32

export function simulateCommand(): Command {
  const command = new Command('simulate')
    .summary('vote as a crowd would, then reconcile')
    .description(
      'Sends a vote for every key of a key file, with as many double votes, wrong keys, unknown candidates, ' +
        'malformed requests and late retries among them as asked for, and balances its books against the server’s ' +
        'count at the end. Votes for random candidates, unless --share says otherwise. The votes are real: for a ' +
        'rehearsal use an election of its own.',
    )
    .addOption(
      new Option('--url <url>', 'the server’s address; several spread the requests over several gateways')
        .makeOptionMandatory()
        .argParser((text, before: readonly URL[] | undefined) => [...(before ?? []), httpUrl(text)]),
    )
    .requiredOption('--keys <file>', 'the voter keys, as "elections init" wrote them')
    .option('--election <id>', 'the election (default: the server’s default one)')
    .addOption(
      new Option('--rate <n>', 'requests per second, or max for flat out').default('max').argParser(rate),
    )
    .addOption(
      new Option(
        '--share <shares>',
        'percent of the votes per option, by id or name, such as "A=40,B=60"; the other options share the rest',
      ).argParser(targets),
    )
  for (const option of trafficOptions()) command.addOption(option)
  return command
    .addOption(countOption('--limit <n>', 'voters at most (default: all keys)'))
    .addOption(countOption('--seed <n>', 'makes the same run again (default: drawn, and told)'))
    .addOption(
      countOption(
        '--patience <seconds>',
        'how long a lost or postponed request is sent again, and a cluster’s count or a closing log waited for',
        60,
      ),
    )
    .option('--cluster', 'refuse servers that are not of a cluster')
    .option('--json', 'print one JSON document when done')
    .addHelpText(
      'after',
      `
Shares are of all requests: --double 2% is two in a hundred. Ctrl-C stops
sending, waits for the answers under way and still reconciles.
Exit codes: 0 everything balances, 1 something does not, 2 bad input.

On a cluster give every gateway's address: a request that is sent again, after
a lost connection or “try again”, goes to another of them, with the same
Idempotency-Key. At the end the count is waited for while its engines are
behind, and every gateway must tell the same.

Where voting closes meanwhile, the result is waited for that the public log
tells with its end: nothing of it is held back then.

Latency: with --rate it counts from the moment a request was due, so a server
that stalls is charged for those it kept waiting (no coordinated omission);
with --rate max it counts from the sending.

Examples:
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv --rate 500 --share "A=40,B=60"
  $ elections simulate --url http://127.0.0.1:8501 --keys keys.csv --limit 1000 --double 2% --wrong 3% \\
      --malformed 1% --unknown-candidate 1% --retry 1% --json
  $ elections simulate --cluster --url http://gate1:8501 --url http://gate2:8501 --keys keys.csv --double 2%`,
    )
    .action(simulate)
}

/** The shares of requests that are no honest first vote, and how many of all go at a time. */
function trafficOptions(): readonly Option[] {
  return [
    shareOption('--double <share>', 'second votes with a key already used'),
    shareOption('--wrong <share>', 'wrong keys'),
    shareOption('--malformed <share>', 'requests that cannot be read'),
    shareOption('--unknown-candidate <share>', 'votes for nobody on the ballot'),
    shareOption('--retry <share>', 'late repetitions with the same Idempotency-Key'),
    new Option('--connections <n>', 'requests under way at a time')
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
