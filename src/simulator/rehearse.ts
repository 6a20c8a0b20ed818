/**
 * Plays a published result through the real ballot path: its election, its ballots in a random
 * order, and whether the count, a recount and the public log equal the file.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { electionDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readResultFile } from '../adapters/files/result-file.ts'
import type { BallotRules } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import type { TallyCounts } from '../core/tally/plurality.ts'
import { resultOf } from '../core/tally/result.ts'
import { resultText } from '../core/tally/result-text.ts'
import type { ClusterAddresses } from '../organise/cluster/addresses.ts'
import type { Progress } from '../organise/progress.ts'
import { publishedInLog } from '../organise/published-count.ts'
import { recountFolder } from '../organise/recount.ts'
import type { CastStep } from '../pipeline/cast.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { PublicLog } from '../ports/public-log.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'
import { allCounted, allPublished } from './awaited.ts'
import { derivedKeys } from './derived-keys.ts'
import { type PublishedResult, scaled, totalVotes } from './published-result.ts'
import { BATCH, castAll, type Mismatch, mismatches, type RehearsalDeps } from './rehearsal.ts'
import { makeRehearsal, rehearsalId } from './rehearsal-election.ts'

export interface RehearsalAsked {
  /** The result: district,candidate,votes. */
  readonly path: string
  readonly dataDir: string
  /** Divides every count, rounded to the nearest whole number, halves up. */
  readonly scale: number
  /** The order of the ballots. */
  readonly seed: number
  /** Ballots per second at most; as fast as they are stored where it is undefined or 0. */
  readonly rate?: number | undefined
  /** A map whose areas are keyed by the districts' names in the result. */
  readonly map?: string | undefined
  /** Where its ballots lie; null for the data folder. */
  readonly cluster: ClusterAddresses | null
}

/** What a rehearsal needs of the election once it is served. */
export interface RehearsedElection {
  readonly election: Election
  readonly rules: BallotRules
  readonly cast: CastStep
  readonly tally: LiveTally
  readonly roll: VoterRoll
  readonly publicLog: PublicLog
}

export interface OpenedRehearsal {
  readonly served: RehearsedElection
  /** Where somebody can end it half-way. */
  readonly ending?: AbortSignal | undefined
  readonly close: () => Promise<void>
}

export interface RehearsalHands {
  readonly progress: Progress
  /** Told what is odd in a file, and no reason to refuse it. */
  readonly note?: (words: string) => void
  /** Opens the election that was made. */
  readonly open: (id: string) => Promise<OpenedRehearsal>
}

export interface RehearsalReport {
  readonly election: string
  readonly districts: number
  readonly ballots: number
  readonly scale: number
  readonly seconds: {
    readonly keys: number
    readonly casting: number
    /** Until the engines of a cluster had counted. */
    readonly counting?: number
    /** Until the public log told every ballot, on one machine. */
    readonly publishing?: number
  }
  readonly wrong: readonly Mismatch[]
  readonly recountEqual: boolean
  /**
   * Whether the public log, which tells every ballot, counts the same; null on a cluster, where it
   * is not waited for.
   */
  readonly publicLogEqual: boolean | null
  readonly invariantHolds: boolean
  readonly totals: readonly { readonly name: string; readonly votes: number }[]
}

/** Whether everything is what the file says. */
export function isEqual(report: RehearsalReport): boolean {
  const { wrong, recountEqual, publicLogEqual, invariantHolds } = report
  return wrong.length === 0 && recountEqual && publicLogEqual !== false && invariantHolds
}

/**
 * @returns null where it was ended half-way
 * @throws {BadInput} where the file makes no election; {Fault} where a ballot is refused, or the
 *   count stands still
 */
export async function rehearse(
  asked: RehearsalAsked,
  { progress, note = () => {}, open }: RehearsalHands,
): Promise<RehearsalReport | null> {
  const { path, dataDir, scale, map, cluster } = asked
  const result = scaled(await readResultFile(path), scale)
  if (totalVotes(result) === 0)
    throw new BadInput(path, [{ message: `at scale ${scale} not one vote is left` }])
  const id = rehearsalId(dataDir, cluster)
  const keys = derivedKeys()
  const started = performance.now()
  await makeRehearsal({ dataDir, id, path, result, scale, keys, map, note, cluster }, progress)
  const keysS = secondsSince(started)
  const opened = await open(id)
  try {
    return await played(asked, opened, { id, result, keys, keysS, progress })
  } catch (error) {
    // Ctrl-C half-way: the way out is under way already.
    if (opened.ending?.aborted) return null
    throw error
  } finally {
    await opened.close()
  }
}

interface Play {
  readonly id: string
  readonly result: PublishedResult
  readonly keys: ReturnType<typeof derivedKeys>
  /** What issuing them took. */
  readonly keysS: number
  readonly progress: Progress
}

async function played(
  { dataDir, scale, seed, rate, cluster }: RehearsalAsked,
  { served, ending }: OpenedRehearsal,
  { id, result, keys, keysS, progress }: Play,
): Promise<RehearsalReport> {
  const { cast, rules, tally, election } = served
  const total = totalVotes(result)
  const casting = performance.now()
  const pacing = rate ? steady(rate, casting) : {}
  await progress('Casting ballots', undefined, (onProgress) =>
    castAll(result, { cast, rules, keys, seed, onProgress, ...pacing, ...(ending && { signal: ending }) }),
  )
  const castingS = secondsSince(casting)
  const waiting = performance.now()
  const publicCount = cluster ? null : await publishedOnceComplete(dataDir, served, total, progress, ending)
  if (cluster) await allCounted(tally, total, ending)
  const waitingS = secondsSince(waiting)
  // Before the gate (core/tally/shown.ts): a rehearsal is about every cell.
  const live = tally.result()
  const recounted = cluster
    ? await (await import('../organise/cluster/recounted-cluster.ts')).recountCluster(dataDir, id, cluster)
    : await recountFolder(dataDir, id)
  const isLive = (of: Election, counts: TallyCounts) => resultText(resultOf(of, counts)) === resultText(live)
  return {
    election: id,
    districts: result.districts.length,
    ballots: total,
    scale,
    seconds: {
      keys: keysS,
      casting: castingS,
      ...(cluster ? { counting: waitingS } : { publishing: waitingS }),
    },
    wrong: mismatches(result, live.contests[0]!.districts),
    recountEqual: isLive(recounted.election, recounted.counts),
    publicLogEqual: publicCount && isLive(election, publicCount),
    invariantHolds: tally.invariant().holds,
    totals: result.candidates.map((name, i) => ({ name, votes: live.contests[0]!.options[i]!.votes })),
  }
}

/**
 * The public log's own count, once it tells every ballot: what the rehearsal says of it is what
 * anybody can check then.
 */
async function publishedOnceComplete(
  dataDir: string,
  { election, roll, publicLog }: RehearsedElection,
  ballots: number,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<TallyCounts> {
  await progress('Publishing the log', signal, (onProgress) =>
    allPublished(publicLog, ballots, onProgress, signal),
  )
  return (await publishedInLog(electionDir(dataDir, election.id), election, [...roll.eligible])).tally
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

function secondsSince(fromMs: number): number {
  return Math.round((performance.now() - fromMs) / 10) / 100
}
