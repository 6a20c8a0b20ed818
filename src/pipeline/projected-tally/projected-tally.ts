/**
 * Projected tally: the live count if another process counts and a projector stores. Keeps a copy of
 * the stored counts and polls for changes. Counts are absolute, so the next poll makes up for a
 * missed change.
 *
 * Two counts come together here: Spark's count of all stored ballots, used for turnout, and the
 * choices that the public log has published. If ballots are held back, only the published choices
 * are shown. The two are computed independently, so at the close they are compared.
 */
import type { Election } from '../../core/election/definition.ts'
import type { Phase } from '../../core/election/phase.ts'
import { countFacts } from '../../core/status/count-facts.ts'
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { PublicLogState } from '../../core/status/public-log-state.ts'
import { type InvariantSnapshot, invariantOf } from '../../core/status/snapshot.ts'
import { absoluteCounts } from '../../core/tally/absolute-counts.ts'
import { type CountHistory, countHistory, totalsOf } from '../../core/tally/history.ts'
import type { MarksCount } from '../../core/tally/marks-count.ts'
import type { TallyCounts } from '../../core/tally/plurality.ts'
import { isPublishedAtOnce } from '../../core/tally/published-tally.ts'
import { ballotRate } from '../../core/tally/rate.ts'
import { resultOf } from '../../core/tally/result.ts'
import { type ShownResult, shownResult, wholeResult } from '../../core/tally/shown.ts'
import { PAST_SPAN_S, spanEnd, TURNOUT_SPAN_S, turnoutLine } from '../../core/tally/spans.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LiveTally } from '../../ports/live-tally.ts'
import type { PublishedCountsStore } from '../../ports/published-counts.ts'
import type { ResultStore } from '../../ports/result-store.ts'
import { behindness } from './behindness.ts'
import { closedLog } from './closed-log.ts'
import { type PublishedView, publishedView } from './published-view.ts'

/**
 * Counters of other processes, as far as this process knows them; `ballotsStored` is null if none
 * was reported.
 */
export interface Counters {
  readonly keysUsed: number
  readonly ballotsStored: number | null
}

export interface ProjectedTallyDeps {
  readonly election: Election
  readonly store: ResultStore
  /** What the public log has published. */
  readonly publishedCountsStore: PublishedCountsStore
  /** The hash of a result document, which the close of the log contains. */
  readonly resultSha256: (result: ShownResult) => string
  /** Keys issued per district. */
  readonly eligible: ArrayLike<number>
  readonly counters: () => Counters
  readonly publicLog?: () => PublicLogState | null
  readonly clock: Clock
  readonly phase: () => Phase
  /** The status of the engines. */
  readonly pipeline: () => PipelineSnapshot
  /** Called for a stored count that does not fit the election; it is ignored. */
  readonly onUnfit: (count: Pick<MarksCount, 'district' | 'contest'>) => void
  /** Called if the store cannot be reached; the count does not change meanwhile. */
  readonly onTrouble: (cause: unknown) => void
}

const RATE_SECONDS = 5
/**
 * The four counters come from four engines, one after the other. They may differ while ballots are
 * on their way. This long after the last change, with every engine working and none behind, they
 * must be equal.
 */
const SETTLE_MS = 15_000

/** @throws if the store cannot be reached at the start */
export async function projectedTally(deps: ProjectedTallyDeps): Promise<LiveTally> {
  const { election, store, eligible, clock, phase } = deps
  const history = countHistory(election)
  const published = isPublishedAtOnce(election) ? null : await publishedView({ ...deps, history })
  const closed = closedLog(deps.publishedCountsStore)
  const counted = new StoredCount(deps, published === null ? history : null)
  await counted.begin()
  const ask = async (): Promise<void> => {
    await published?.ask()
    if (phase() === 'closed') await closed.ask()
    await counted.ask()
  }
  await ask()
  counted.lastBallotAtMs = null

  const { tally, turnout } = counted
  const counters = () => {
    const { keysUsed, ballotsStored } = deps.counters()
    return { keysUsed, ballotsStored: ballotsStored ?? tally.ballots() }
  }
  const stored = (): TallyCounts => published?.stored(tally, counted.version) ?? tally
  const invariant = settlingInvariant(deps, { counted, published, closed, counters })
  const listeners: (() => void)[] = []
  const tellIfNews = onNews(
    () => newsOf(deps, counted, published, invariant()),
    () => {
      for (const listener of listeners) listener()
    },
  )
  store.onChange(oneAtATime(() => ask().catch(deps.onTrouble).then(tellIfNews)))

  return {
    facts: () => {
      const nowMs = clock.nowMs()
      const { lastBallotAtMs, rate } = counted
      const facts = countFacts({
        ...{ election, stored: stored(), published, eligible, issued: eligible },
        ...{ phase: phase(), nowMs, lastBallotAtMs, ...counters(), votesPerSecond: rate.at(nowMs) },
        turnout: turnoutLine(turnout, TURNOUT_SPAN_S),
        log: deps.publicLog?.() ?? null,
      })
      return { ...facts, besides: { invariant: invariant(), pipeline: deps.pipeline() } }
    },
    invariant,
    result: () => resultOf(election, tally),
    shown: () =>
      shownResult(election, {
        ...{ phase: phase(), issued: eligible, stored: stored() },
        published: published?.count() ?? null,
      }),
    history: history.snapshot,
    phase,
    cast: tally.ballots,
    onChange: (listener) => listeners.push(listener),
  }
}

/** The copy of the stored counts. */
class StoredCount {
  readonly #deps: ProjectedTallyDeps
  /** Past counts, kept here only if each ballot is published as it comes. */
  readonly #history: CountHistory | null
  readonly #counts: ReturnType<typeof absoluteCounts>
  readonly tally: TallyCounts
  readonly rate = ballotRate(RATE_SECONDS)
  /** Ends of turnout spans, Unix seconds, with the ballots counted by then. */
  readonly turnout: [number, number][] = []
  version = 0
  lastBallotAtMs: number | null = null
  #openSpanS = 0

  constructor(deps: ProjectedTallyDeps, history: CountHistory | null) {
    this.#deps = deps
    this.#history = history
    this.#counts = absoluteCounts(deps.election)
    this.tally = this.#counts.tally
  }

  /** Loads what was stored before this process began. */
  async begin(): Promise<void> {
    const { store, clock } = this.#deps
    for (const [untilS, ballots] of await store.turnout()) this.turnout.push([untilS, ballots])
    for (const past of await store.past()) {
      this.#take(past.counts)
      this.#mark(past.untilS)
    }
    this.#openSpanS = spanEnd(clock.nowMs(), PAST_SPAN_S)
  }

  /**
   * Loads what has changed since.
   * @throws if the store cannot be reached
   */
  async ask(): Promise<void> {
    const { store, clock } = this.#deps
    const changes = await store.changesSince(this.version)
    this.version = changes.version
    if (changes.counts.length === 0) return
    const nowMs = clock.nowMs()
    const spanS = spanEnd(nowMs, PAST_SPAN_S)
    if (spanS > this.#openSpanS) {
      this.#mark(this.#openSpanS)
      this.#openSpanS = spanS
    }
    const before = this.tally.ballots()
    this.#take(changes.counts)
    this.#grow(this.tally.ballots() - before, nowMs)
  }

  #grow(more: number, nowMs: number): void {
    if (more <= 0) return
    this.lastBallotAtMs = nowMs
    this.rate.count(more, nowMs)
    const untilS = spanEnd(nowMs, TURNOUT_SPAN_S)
    if (this.turnout.at(-1)?.[0] === untilS) this.turnout.pop()
    this.turnout.push([untilS, this.tally.ballots()])
  }

  #take(counts: readonly MarksCount[]): void {
    for (const count of counts)
      if (!this.#counts.tell(count)) this.#deps.onUnfit({ district: count.district, contest: count.contest })
  }

  #mark(timeS: number): void {
    if (this.#history === null) return
    const cast = this.tally.ballots()
    this.#history.mark({ timeS, cast, published: cast, contests: totalsOf(this.#deps.election, this.tally) })
  }
}

interface Compared {
  readonly counted: Pick<StoredCount, 'tally' | 'version'>
  readonly published: PublishedView | null
  readonly closed: ReturnType<typeof closedLog>
  readonly counters: () => { readonly keysUsed: number; readonly ballotsStored: number }
}

/**
 * Compares the four counters with each other, and the result with the one that the closed log
 * states.
 */
function settlingInvariant(
  deps: ProjectedTallyDeps,
  { counted, published, closed, counters }: Compared,
): () => InvariantSnapshot {
  const { election, eligible, clock } = deps
  const { tally } = counted
  const isBehind = behindness()
  let seen = ''
  let changedAtMs = clock.nowMs()
  /**
   * Whether both counts equal the result that the closed log states; undefined before the close.
   */
  const matchesLog = newest((log: string | undefined, _version: number, _checkpoint: number | undefined) => {
    if (log === undefined) return undefined
    const isLogs = (count: TallyCounts) => deps.resultSha256(wholeResult(election, eligible, count)) === log
    const all = published?.count()
    return isLogs(tally) && (!all?.complete || isLogs(all.tally))
  })
  return () => {
    const figures = invariantOf(election, tally, counters())
    const matches = matchesLog(closed.resultSha256(), counted.version, published?.count().checkpoint?.size)
    const found =
      matches === undefined ? figures : { ...figures, matches_log: matches, holds: figures.holds && matches }
    const { keys_used, ballots_stored, ballots_tallied } = found
    const now = `${keys_used} ${ballots_stored} ${ballots_tallied} ${matches}`
    if (now !== seen) {
      seen = now
      changedAtMs = clock.nowMs()
    }
    if (found.holds) return found
    const nowMs = clock.nowMs()
    if (isBehind(deps.pipeline(), nowMs)) changedAtMs = nowMs
    return Math.abs(nowMs - changedAtMs) < SETTLE_MS ? { ...found, holds: true, settling: true } : found
  }
}

/** The changes that a viewer would see, except the time. */
function newsOf(
  { election, pipeline }: ProjectedTallyDeps,
  { version }: Pick<StoredCount, 'version'>,
  published: PublishedView | null,
  invariant: InvariantSnapshot,
): string {
  const { tally: engine, ballot_box } = pipeline()
  return JSON.stringify([
    version,
    published?.count().checkpoint?.size,
    election.closesAtMs,
    invariant,
    engine && [engine.state.state, engine.state.problem, engine.state.records_behind],
    ballot_box,
  ])
}

function onNews(newsNow: () => string, call: () => void): () => void {
  let last = ''
  return () => {
    const news = newsNow()
    if (news === last) return
    last = news
    call()
  }
}

/** Runs `work` once more if it is requested while it runs. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isWorking = false
  let again = false
  const go = (): void => {
    again = isWorking
    if (isWorking) return
    isWorking = true
    work().finally(() => {
      isWorking = false
      if (again) go()
    })
  }
  return go
}

/** Caches the value for the newest arguments. */
function newest<Arguments extends readonly unknown[], Value>(
  workOut: (...args: Arguments) => Value,
): (...args: Arguments) => Value {
  let last: { readonly args: Arguments; readonly value: Value } | undefined
  return (...args) => {
    if (last === undefined || args.some((arg, i) => arg !== last!.args[i]))
      last = { args, value: workOut(...args) }
    return last.value
  }
}
