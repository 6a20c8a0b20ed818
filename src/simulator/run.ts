/**
 * A whole simulation: finds the election, sends what the plan says, and reconciles at the end.
 * Prints nothing, so that the command, the demo and the tests can each use it their own way.
 */
import type { VoterKey } from '../adapters/files/key-file.ts'
import { ballots } from './ballots.ts'
import { type BookKeeper, bookKeeper } from './books.ts'
import { CannotSimulate } from './cannot-simulate.ts'
import { type Connection, connect, spread } from './connection.ts'
import { type KeyQueue, keyQueue } from './key-queue.ts'
import { type LatencyMs, latencyRecorder } from './latency.ts'
import { startLoad } from './load.ts'
import type { ResentBecause } from './lost-answer.ts'
import { type PlannedRequest, plan } from './plan.ts'
import { seededRandom } from './random.ts'
import { type BalanceSheet, reconcile, type Totals, totalsOf } from './reconcile.ts'
import { patiently, type Server, sameTarget } from './servers.ts'
import { type CountedElsewhere, settledResults } from './settled.ts'
import { type Target as ShareTarget, type TrafficShares, trafficSharesError } from './shares.ts'
import { readResults, type Target } from './target.ts'
import { optionWeights } from './weights.ts'

export interface SimulationOptions {
  readonly url: URL
  /**
   * Further servers of the same election: requests are spread over all of them, and so is one that
   * is sent again.
   */
  readonly alsoAt?: readonly URL[]
  /** The servers must be of a cluster. */
  readonly cluster?: boolean
  /** The server’s default election if left out. */
  readonly election?: string
  /** Each voter votes once, in this order; the run ends with them. */
  readonly keys: AsyncIterable<readonly VoterKey[]>
  /** Requests per second, or flat out. */
  readonly rate: number | 'max'
  readonly shares: TrafficShares
  /** Votes meant for options; random weights where there are none. */
  readonly targets: readonly ShareTarget[]
  readonly connections: number
  /** Voters at most. */
  readonly limit?: number
  readonly seed: number
  /** How long an unreachable or busy server is tried again; Infinity for as long as it takes. */
  readonly patienceMs: number
  /** Different in every run. */
  readonly runId: string
  /** A monotonic clock. */
  readonly nowMs: () => number
}

export interface SimulationProgress {
  readonly sent: number
  readonly accepted: number
  /** First votes the run is known to hold at most. */
  readonly voters: number
  readonly voted: number
  readonly elapsedMs: number
}

export interface SimulationHooks {
  /** Ends the sending; answers under way are awaited, and the run is reconciled. */
  readonly signal?: AbortSignal
  /** Called about five times a second. */
  readonly onProgress?: (progress: SimulationProgress) => void
  /** Told the tracker of each ballot that was acknowledged, once. */
  readonly onAccepted?: (tracker: string) => void
  /** Called now and then while the servers' count catches up with their answers. */
  readonly onSettling?: (counted: number, accepted: number) => void
}

export interface SimulationReport {
  readonly election: string
  readonly seed: number
  /** Ended by the signal, before the keys did. */
  readonly interrupted: boolean
  readonly elapsedMs: number
  readonly requestsPerSecond: number
  readonly acceptedPerSecond: number
  readonly totals: Totals
  readonly sentByKind: Readonly<Record<string, number>>
  /** Requests sent again after a lost connection or a 503. */
  readonly resent: number
  /** The same by what was the matter. */
  readonly resentBecause: Readonly<Partial<Record<ResentBecause, number>>>
  readonly latency: {
    /** `scheduled`: from the request’s moment in the timetable. `sent`: from its sending. */
    readonly measuredFrom: 'scheduled' | 'sent'
    readonly accepted: LatencyMs
    readonly all: LatencyMs
  }
  readonly reconciliation: BalanceSheet
}

const PROGRESS_MS = 200

/**
 * @throws {CannotSimulate} where the run cannot start, or its keys turn out to be of another
 *   election
 * @throws what `keys` throws; the votes sent by then stay cast
 */
export async function runSimulation(
  options: SimulationOptions,
  hooks: SimulationHooks = {},
): Promise<SimulationReport> {
  const wrongShares = trafficSharesError(options.shares)
  if (wrongShares) throw new CannotSimulate(wrongShares)
  const servers = [options.url, ...(options.alsoAt ?? [])].map((url) => ({
    url,
    connection: connect(url, options.connections),
  }))
  try {
    return await run(servers, options, hooks)
  } finally {
    await Promise.all(servers.map(({ connection }) => connection.close()))
  }
}

async function run(
  servers: readonly Server[],
  options: SimulationOptions,
  hooks: SimulationHooks,
): Promise<SimulationReport> {
  const { seed, nowMs } = options
  const patience = { patienceMs: options.patienceMs, nowMs, signal: hooks.signal }
  const target = await sameTarget(servers, options.election, patience)
  const [first, ...others] = servers as readonly [Server, ...Server[]]
  const before = await patiently(patience, () => readResults(first.connection, first.url, target))
  refuseUnfit(before, first, target, options)
  const keeper = bookKeeper(target.election.contests.map((contest) => contest.options.length))
  const acceptedLatency = latencyRecorder()
  const allLatency = latencyRecorder()
  const startMs = nowMs()
  const voters = Math.min(options.limit ?? Number.POSITIVE_INFINITY, before.eligible - before.cast)
  const interrupted = await send(
    spread(servers.map(({ connection }) => connection)),
    target,
    options,
    hooks,
    keeper,
    voters,
    (latencyMs, accepted) => {
      allLatency.record(latencyMs)
      if (accepted) acceptedLatency.record(latencyMs)
    },
  )
  const elapsedMs = nowMs() - startMs

  const books = keeper.books()
  const totals = totalsOf(books)
  const readings = servers.map(
    ({ connection, url }) =>
      () =>
        readResults(connection, url, target),
  )
  const [after = null, ...afterElsewhere] = await settledResults(readings, {
    cast: before.cast + totals.accepted,
    patienceMs: options.patienceMs,
    nowMs,
    onSettling: (counted) => hooks.onSettling?.(counted - before.cast, totals.accepted),
  })
  const elsewhere = others.map(
    ({ url }, i): CountedElsewhere => ({ where: url.host, results: afterElsewhere[i]! }),
  )
  const all = allLatency.summary()
  return {
    election: target.election.id,
    seed,
    interrupted,
    elapsedMs,
    requestsPerSecond: perSecond(all.count, elapsedMs),
    acceptedPerSecond: perSecond(totals.accepted, elapsedMs),
    totals,
    sentByKind: books.sent as Record<string, number>,
    resent: books.resent,
    resentBecause: books.resentBecause,
    latency: {
      measuredFrom: options.rate === 'max' ? 'sent' : 'scheduled',
      accepted: acceptedLatency.summary(),
      all,
    },
    reconciliation: reconcile(books, before, after, elsewhere),
  }
}

/**
 * @throws {CannotSimulate} where the election takes no votes now, or the server is not of the kind
 *   that is wanted
 */
function refuseUnfit(
  before: Awaited<ReturnType<typeof readResults>>,
  { url }: Server,
  { election }: Target,
  { cluster }: SimulationOptions,
): void {
  if (cluster && before.pipeline === undefined)
    throw new CannotSimulate(`${url.href} is no server of a cluster: leave --cluster out`)
  if (before.phase === 'open') return
  throw new CannotSimulate(
    before.phase === 'closed'
      ? `voting in election "${election.id}" has closed (at ${before.election.closes_at})`
      : `voting in election "${election.id}" opens at ${before.election.opens_at}`,
  )
}

/** Sends the whole plan. @returns whether the signal ended it */
async function send(
  connection: Pick<Connection, 'send'>,
  target: Target,
  options: SimulationOptions,
  { signal, onProgress, onAccepted }: SimulationHooks,
  keeper: BookKeeper,
  voters: number,
  onLatency: (latencyMs: number, accepted: boolean) => void,
): Promise<boolean> {
  const { nowMs, limit, seed, shares, runId } = options
  const weights = optionWeights(target.election, options.targets, seededRandom(seed))
  if ('error' in weights) throw new CannotSimulate(weights.error)
  const requests = plan({ seed, shares, runId, ballots: ballots(target.election, weights, target.isDefault) })
  const startMs = nowMs()
  let sent = 0
  let accepted = 0
  let voted = 0
  let keysFault: { readonly error: unknown } | undefined

  let resume = () => {}
  const keys = keyQueue(
    options.keys,
    limit ?? Number.POSITIVE_INFINITY,
    () => resume(),
    (error) => {
      keysFault = { error }
    },
  )
  const load = startLoad({
    connection,
    rate: options.rate,
    connections: options.connections,
    patienceMs: options.patienceMs,
    nowMs,
    next: () => nextRequest(keys, requests.next, target),
    onSent: (request) => {
      sent++
      if (request.kind === 'first') voted++
      keeper.sent(request)
    },
    onResent: keeper.resent,
    onAnswer: (request, { outcome, tracker }, latencyMs) => {
      const isAccepted = outcome === 'accepted'
      keeper.answered(request, outcome)
      onLatency(latencyMs, isAccepted)
      if (!isAccepted) return
      accepted++
      onAccepted?.(tracker!)
      if (request.kind === 'first') requests.accepted(request, tracker!)
    },
    onUnanswered: keeper.unanswered,
  })
  resume = load.resume
  const report = () => onProgress?.({ sent, accepted, voters, voted, elapsedMs: nowMs() - startMs })
  const ticker = onProgress && setInterval(report, PROGRESS_MS)
  signal?.addEventListener('abort', load.stop, { once: true })
  try {
    if (signal?.aborted) load.stop()
    load.resume()
    await load.finished
    report()
  } finally {
    clearInterval(ticker)
    signal?.removeEventListener('abort', load.stop)
    await keys.close()
  }
  if (keysFault) throw keysFault.error
  return signal?.aborted ?? false
}

function nextRequest(
  keys: KeyQueue,
  next: (fresh: VoterKey) => PlannedRequest,
  { election }: Target,
): PlannedRequest | 'wait' | 'end' {
  const fresh = keys.peek()
  if (fresh === 'wait' || fresh === 'end') return fresh
  let request: PlannedRequest
  try {
    request = next(fresh)
  } catch (error) {
    if (error instanceof RangeError)
      throw new CannotSimulate(`the keys are not of election "${election.id}": ${error.message}`)
    throw error
  }
  if (request.kind === 'first') keys.take()
  return request
}

function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? Math.round((count * 1000) / elapsedMs) : 0
}
