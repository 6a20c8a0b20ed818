/** `elections rehearse`: plays a published result through the real ballot path and checks that the count equals it. */
import { randomBytes } from 'node:crypto'
import { basename, extname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { createElection } from '../adapters/embedded/create.ts'
import { electionDir, electionIds } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readResultFile } from '../adapters/files/result-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import { electionFrom } from '../core/election/definition.ts'
import { definitionErrors } from '../core/election/definition-rules.ts'
import type { TallyCounts } from '../core/tally/plurality.ts'
import { resultOf } from '../core/tally/result.ts'
import { resultText } from '../core/tally/result-text.ts'
import { type ClusterOptions, clusterAddresses } from '../organise/cluster/addresses.ts'
import { clusterMove, loadNewKeys } from '../organise/cluster/move-to-cluster.ts'
import { recountCluster } from '../organise/cluster/recounted-cluster.ts'
import { newLog } from '../organise/public-log.ts'
import { recountFolder } from '../organise/recount.ts'
import { toldInLog } from '../organise/told-count.ts'
import { type EnrolledVoter, enrol } from '../pipeline/enrol.ts'
import { counted, openRehearsal } from '../server/cluster/rehearsed-cluster.ts'
import { createLogger } from '../server/logger.ts'
import { openFolder } from '../server/one-machine.ts'
import { endAtOnce, type RunningServer, startServer } from '../server/server.ts'
import { type DerivedKeys, derivedKeys } from '../simulator/derived-keys.ts'
import {
  ballotsOf,
  definitionOf,
  type PublishedResult,
  scaled,
  totalVotes,
} from '../simulator/published-result.ts'
import { BATCH, castAll, mismatches, type RehearsalDeps } from '../simulator/rehearsal.ts'
import { onCluster } from './cluster-options.ts'
import { defaultLimits } from './gateway-limits.ts'
import { loadingProgress } from './loading-progress.ts'
import { atLeastOne, countOption, wholeNumber } from './options.ts'
import { withProgress } from './progress.ts'
import { allPublished } from './published.ts'
import { report } from './rehearsal-report.ts'
import { onStopSignal } from './stop-signal.ts'

interface RehearseOptions extends ClusterOptions {
  readonly data: string
  readonly scale: number
  readonly seed: number
  readonly port?: number
  readonly rate?: number
  readonly json?: boolean
}

const VOTERS_PER_BATCH = 8_192

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
    .action(rehearse)
}

async function rehearse(path: string, options: RehearseOptions): Promise<void> {
  const result = scaled(await readResultFile(path), options.scale)
  const total = totalVotes(result)
  if (total === 0) throw new BadInput(path, [{ message: `at scale ${options.scale} not one vote is left` }])
  const id = options.cluster ? `rehearsal-${randomBytes(4).toString('hex')}` : freeId(options.data)
  const keys = derivedKeys()
  const started = performance.now()
  await issueKeys(path, result, id, options, keys)
  const issued = performance.now()

  const watched = options.port === undefined ? undefined : await serve(options, options.port, id)
  const unwatched = watched === undefined ? await openFor(options, id) : undefined
  const { elections } = watched ?? unwatched!
  try {
    const served = elections.default
    const casting = performance.now()
    await withProgress('Casting ballots', undefined, (onProgress) =>
      castAll(result, {
        cast: served.cast,
        rules: served.rules,
        keys,
        seed: options.seed,
        onProgress,
        ...(options.rate && steady(options.rate, casting)),
        ...(watched && { signal: watched.ending }),
      }),
    )
    const cast = performance.now()
    if (options.cluster) await counted(elections, total, watched?.ending ?? new AbortController().signal)
    const tallied = performance.now()
    const publicCount = options.cluster
      ? null
      : await toldOnceComplete(options.data, served, total, watched?.ending)
    const published = performance.now()
    // Before the gate (core/tally/shown.ts): a rehearsal is about every cell.
    const live = served.tally.result()
    const recounted = options.cluster
      ? await recountCluster(options.data, id, clusterAddresses(options))
      : await recountFolder(options.data, id)
    report(options, {
      election: id,
      districts: result.districts.length,
      ballots: total,
      scale: options.scale,
      seconds: {
        keys: seconds(started, issued),
        casting: seconds(casting, cast),
        ...(options.cluster
          ? { counting: seconds(cast, tallied) }
          : { publishing: seconds(tallied, published) }),
      },
      wrong: mismatches(result, live.contests[0]!.districts),
      recountEqual: resultText(resultOf(recounted.election, recounted.counts)) === resultText(live),
      publicLogEqual: publicCount && resultText(resultOf(served.election, publicCount)) === resultText(live),
      invariantHolds: served.tally.invariant().holds,
      totals: result.candidates.map((name, i) => ({ name, votes: live.contests[0]!.options[i]!.votes })),
    })
  } catch (error) {
    // Ctrl-C half-way: the way out is under way already.
    if (!watched?.ending.aborted) throw error
  } finally {
    await unwatched?.close()
  }
}

/** The public log's own count, once it tells every ballot: what the rehearsal says of it is what anybody can check then. */
async function toldOnceComplete(
  dataDir: string,
  { election, roll, publicLog }: RunningServer['elections']['default'],
  ballots: number,
  signal: AbortSignal | undefined,
): Promise<TallyCounts> {
  await withProgress('Publishing the log', signal, (onProgress) =>
    allPublished(publicLog, ballots, onProgress, signal),
  )
  return (await toldInLog(electionDir(dataDir, election.id), election, [...roll.eligible])).tally
}

function openFor(
  options: RehearseOptions,
  id: string,
): Promise<{ readonly elections: RunningServer['elections']; readonly close: () => Promise<void> }> {
  if (options.cluster) return openRehearsal(options.data, id, clusterAddresses(options), createLogger('warn'))
  return openFolder({
    dataDir: options.data,
    defaultElection: id,
    clock: systemClock,
    loading: loadingProgress(),
    log: createLogger(),
    onBroken: (fault) => {
      console.error(fault)
      endAtOnce()
    },
  })
}

/** A server to watch the rehearsal by, until Ctrl-C. */
async function serve(
  options: RehearseOptions,
  port: number,
  id: string,
): Promise<RunningServer & { readonly ending: AbortSignal }> {
  const server = await startServer({
    dataDir: options.data,
    port,
    host: '127.0.0.1',
    defaultElection: id,
    limits: defaultLimits(),
    cluster: options.cluster ? { addresses: clusterAddresses(options), role: 'all' } : undefined,
    loading: loadingProgress(),
    log: createLogger('warn'),
  })
  const ending = new AbortController()
  onStopSignal(async () => {
    ending.abort(new Error('stopped'))
    await server.stop()
  })
  if (options.json)
    console.log(JSON.stringify({ event: 'ready', url: server.url, election: id, pid: process.pid }))
  else console.log(`Watch it at ${server.url} (Ctrl-C stops it)`)
  return { ...server, ending: ending.signal }
}

/** Casting at a rate, in batches small enough to look steady. */
function steady(rate: number, startMs: number): Pick<RehearsalDeps, 'pace' | 'batch'> {
  return {
    batch: Math.min(BATCH, Math.ceil(rate / 20)),
    pace: async (ballots) => {
      const waitMs = startMs + (ballots / rate) * 1000 - performance.now()
      if (waitMs > 0) await sleep(waitMs)
    },
  }
}

/** `rehearsal-1`, or the next number that is free. */
function freeId(dataDir: string): string {
  const taken = new Set(electionIds(dataDir))
  let number = 1
  while (taken.has(`rehearsal-${number}`)) number++
  return `rehearsal-${number}`
}

async function issueKeys(
  path: string,
  result: PublishedResult,
  id: string,
  options: RehearseOptions,
  keys: DerivedKeys,
): Promise<void> {
  const scale = options.scale === 1 ? '' : ` (1 : ${options.scale})`
  const file = definitionOf(result, id, `${basename(path, extname(path)).replaceAll(/[-_]+/g, ' ')}${scale}`)
  const errors = definitionErrors(file)
  if (errors.length > 0) throw new BadInput(path, errors)
  const election = electionFrom(file)
  const log = newLog(election)
  const onward = options.cluster ? clusterMove(election, clusterAddresses(options)) : null
  const draft = await createElection(options.data, file, JSON.stringify(file), {
    ...log,
    found: async (dir) => {
      await log.found(dir)
      await onward?.move(dir)
    },
  })
  try {
    await withProgress('Issuing voter keys', undefined, (onProgress) => {
      const total = totalVotes(result)
      let next = 0
      return enrol(
        election,
        voters(result, keys, (done) => onProgress(done, total)),
        {
          digest: nodeDigest(),
          newGuid: () => keys.guid(next++),
          credentials: draft,
          // Nobody prints these: they are worked out again when their ballot is cast.
          keys: { add: () => {} },
        },
      )
    })
    await draft.commit({ makeDefault: true })
    if (onward) await loadNewKeys(options.data, id, clusterAddresses(options), () => {})
  } catch (error) {
    await draft.abort()
    await onward?.undo()
    throw error
  }
}

async function* voters(
  result: PublishedResult,
  keys: DerivedKeys,
  onProgress: (done: number) => void,
): AsyncGenerator<readonly EnrolledVoter[]> {
  const total = totalVotes(result)
  const ballotOf = ballotsOf(result)
  for (let from = 0; from < total; from += VOTERS_PER_BATCH) {
    const length = Math.min(VOTERS_PER_BATCH, total - from)
    yield Array.from({ length }, (_, i) => ({
      personalId: keys.personalId(from + i),
      district: ballotOf(from + i).district,
    }))
    onProgress(from + length)
  }
}

function seconds(fromMs: number, untilMs: number): number {
  return Math.round((untilMs - fromMs) / 10) / 100
}
