/**
 * Plays a published result through the real ballot path: creates its election, casts its ballots in
 * a random order, and compares the count, a recount and the public log with the file.
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
  /** The result's file: district,candidate,votes. */
  readonly path: string
  readonly dataDir: string
  /** Divides every count, rounded to the nearest whole number, halves up. */
  readonly scale: number
  /** The seed for the order of the ballots. */
  readonly seed: number
  /** The most ballots per second; as fast as they are stored if undefined or 0. */
  readonly rate?: number | undefined
  /** A map whose areas are keyed by the districts' names in the result. */
  readonly map?: string | undefined
  /** The cluster that will have its ballots; null for the data folder. */
  readonly cluster: ClusterAddresses | null
}

/** The parts of the served election that a rehearsal needs. */
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
  /** Aborts when the user ends the rehearsal. */
  readonly ending?: AbortSignal | undefined
  readonly close: () => Promise<void>
}

export interface RehearsalHands {
  readonly progress: Progress
  /** Called with a remark that is no reason to refuse a file. */
  readonly note?: (words: string) => void
  /** Opens the election that was created. */
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
    /** Until every ballot was published, on one machine. */
    readonly publishing?: number
  }
  readonly wrong: readonly Mismatch[]
  readonly recountEqual: boolean
  /**
   * Whether the public log gives the same count; null on a cluster, where the rehearsal does not
   * wait for it.
   */
  readonly publicLogEqual: boolean | null
  readonly invariantHolds: boolean
  readonly totals: readonly { readonly name: string; readonly votes: number }[]
}

/** Whether everything equals the file. */
export function isEqual(report: RehearsalReport): boolean {
  const { wrong, recountEqual, publicLogEqual, invariantHolds } = report
  return wrong.length === 0 && recountEqual && publicLogEqual !== false && invariantHolds
}

/**
 * @returns null if the rehearsal was ended early
 * @throws {BadInput} if the file cannot become an election; {Fault} if a ballot is refused, or the
 * count makes no progress
 */
export async function rehearse(
  asked: RehearsalAsked,
  { progress, note = () => {}, open }: RehearsalHands,
): Promise<RehearsalReport | null> {
  const { path, dataDir, scale, map, cluster } = asked
  const result = scaled(await readResultFile(path), scale)
  if (totalVotes(result) === 0) throw new BadInput(path, [{ message: `at scale ${scale} no vote is left` }])
  const id = rehearsalId(dataDir, cluster)
  const keys = derivedKeys()
  const started = performance.now()
  await makeRehearsal({ dataDir, id, path, result, scale, keys, map, note, cluster }, progress)
  const keysS = secondsSince(started)
  const opened = await open(id)
  try {
    return await played(asked, opened, { id, result, keys, keysS, progress })
  } catch (error) {
    // Ctrl-C: the server is already stopping.
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
  /** The time for issuing the keys. */
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
  // The result before the gate (core/tally/shown.ts): a rehearsal compares every cell.
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
 * The public log's own count once every ballot is published: anybody can verify the same count
 * then.
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

/** Casts at a rate, in batches small enough to look steady. */
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
