/**
 * Projected tally: the live count where another process counts and a projector stores. It keeps a copy of what is
 * stored and asks for what changed; counts are absolute, so a change missed now comes with the next.
 *
 * Two counts come together here: Spark's of everything stored, which is turnout, and what the public log has told of
 * choices, which is all that is shown of them where ballots are held back. Neither is worked out from the other, so at
 * the close one is held against the other.
 */
import type { Election } from '../../core/election/definition.ts'
import type { Phase } from '../../core/election/phase.ts'
import { countFacts } from '../../core/status/count-facts.ts'
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import type { PublicLogState } from '../../core/status/public-log-state.ts'
import { type InvariantSnapshot, invariantOf } from '../../core/status/snapshot.ts'
import { countHistory, totalsOf } from '../../core/tally/history.ts'
import type { MarksCount } from '../../core/tally/marks-count.ts'
import type { TallyCounts } from '../../core/tally/plurality.ts'
import { ballotRate } from '../../core/tally/rate.ts'
import { resultOf } from '../../core/tally/result.ts'
import { type ShownResult, shownResult, wholeResult } from '../../core/tally/shown.ts'
import { PAST_SPAN_S, spanEnd, TURNOUT_SPAN_S, turnoutLine } from '../../core/tally/spans.ts'
import { toldCounts } from '../../core/tally/told-counts.ts'
import { isToldAtOnce } from '../../core/tally/told-tally.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LiveTally } from '../../ports/live-tally.ts'
import type { ResultStore } from '../../ports/result-store.ts'
import type { ToldStore } from '../../ports/told-counts.ts'
import { behindness } from './behindness.ts'
import { closedLog } from './closed-log.ts'
import { toldView } from './told-view.ts'

/** What is counted elsewhere, as far as this process knows; `ballotsStored` is null where nobody has said. */
export interface Counters {
  readonly keysUsed: number
  readonly ballotsStored: number | null
}

export interface ProjectedTallyDeps {
  readonly election: Election
  readonly store: ResultStore
  /** What the public log has told. */
  readonly toldStore: ToldStore
  /** The hash of a result document, by which the close of the log names it. */
  readonly resultSha256: (result: ShownResult) => string
  /** Keys issued per district. */
  readonly eligible: ArrayLike<number>
  readonly counters: () => Counters
  readonly publicLog?: () => PublicLogState | null
  readonly clock: Clock
  readonly phase: () => Phase
  /** How the engines are doing. */
  readonly pipeline: () => PipelineSnapshot
  /** Told of a stored count that does not fit the election; it is left out. */
  readonly onUnfit: (count: Pick<MarksCount, 'district' | 'contest'>) => void
  /** Told when the store could not be asked; the count stands still meanwhile. */
  readonly onTrouble: (cause: unknown) => void
}

const RATE_SECONDS = 5
/**
 * The four counters come from four engines, one after the other. They may differ while ballots are on their way; that
 * long after the last change, with every engine at work and none behind, they may not.
 */
const SETTLE_MS = 15_000
/** @throws where the store cannot be asked at the start */
export async function projectedTally(deps: ProjectedTallyDeps): Promise<LiveTally> {
  const { election, store, eligible, clock, phase } = deps
  const counts = toldCounts(election)
  const { tally } = counts
  const history = countHistory(election)
  const told = isToldAtOnce(election) ? null : await toldView({ ...deps, history })
  const closed = closedLog(deps.toldStore)
  const momentNow = (timeS: number) => {
    const cast = tally.ballots()
    return { timeS, cast, told: cast, contests: totalsOf(election, tally) }
  }
  const rate = ballotRate(RATE_SECONDS)
  const listeners: (() => void)[] = []
  const turnout = (await store.turnout()).map(([untilS, ballots]): [number, number] => [untilS, ballots])
  let version = 0
  let lastBallotAtMs: number | null = null
  let seen = ''
  let changedAtMs = clock.nowMs()
  const isBehind = behindness()

  const tell = (told: readonly MarksCount[]): void => {
    for (const count of told)
      if (!counts.tell(count)) deps.onUnfit({ district: count.district, contest: count.contest })
  }
  for (const past of await store.past()) {
    tell(past.counts)
    if (told === null) history.mark(momentNow(past.untilS))
  }
  let openSpanS = spanEnd(clock.nowMs(), PAST_SPAN_S)

  const ask = async (): Promise<void> => {
    await told?.ask()
    if (phase() === 'closed') await closed.ask()
    const changes = await store.changesSince(version)
    version = changes.version
    if (changes.counts.length === 0) return
    const nowMs = clock.nowMs()
    const spanS = spanEnd(nowMs, PAST_SPAN_S)
    if (spanS > openSpanS) {
      if (told === null) history.mark(momentNow(openSpanS))
      openSpanS = spanS
    }
    const before = tally.ballots()
    tell(changes.counts)
    const more = tally.ballots() - before
    if (more > 0) {
      lastBallotAtMs = nowMs
      rate.count(more, nowMs)
      const untilS = spanEnd(nowMs, TURNOUT_SPAN_S)
      if (turnout.at(-1)?.[0] === untilS) turnout.pop()
      turnout.push([untilS, tally.ballots()])
    }
  }
  await ask()
  lastBallotAtMs = null

  const counters = () => {
    const { keysUsed, ballotsStored } = deps.counters()
    return { keysUsed, ballotsStored: ballotsStored ?? tally.ballots() }
  }
  /** Whether both counts come to the result that the closed log names; undefined before there is one. */
  const matchesLog = newest((log: string | undefined, _version: number, _checkpoint: number | undefined) => {
    if (log === undefined) return undefined
    const isLogs = (count: TallyCounts) => deps.resultSha256(wholeResult(election, eligible, count)) === log
    const all = told?.count()
    return isLogs(tally) && (!all?.complete || isLogs(all.tally))
  })
  const invariant = (): InvariantSnapshot => {
    const counted = invariantOf(election, tally, counters())
    const matches = matchesLog(closed.resultSha256(), version, told?.count().checkpoint?.size)
    const found =
      matches === undefined ? counted : { ...counted, matches_log: matches, holds: counted.holds && matches }
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
  /** What a viewer would see change besides the time. */
  let toldLast = ''
  const tellIfNews = (): void => {
    const { tally: engine, ballot_box } = deps.pipeline()
    const news = JSON.stringify([
      version,
      told?.count().checkpoint?.size,
      election.closesAtMs,
      invariant(),
      engine && [engine.state.state, engine.state.problem, engine.state.records_behind],
      ballot_box,
    ])
    if (news === toldLast) return
    toldLast = news
    for (const listener of listeners) listener()
  }

  let asking: Promise<void> | undefined
  let askAgain = false
  const refresh = (): void => {
    if (asking !== undefined) {
      askAgain = true
      return
    }
    asking = ask()
      .catch(deps.onTrouble)
      .then(tellIfNews)
      .finally(() => {
        asking = undefined
        if (!askAgain) return
        askAgain = false
        refresh()
      })
  }
  store.onChange(refresh)

  const stored = (): TallyCounts => told?.stored(tally, version) ?? tally

  return {
    facts: () => {
      const nowMs = clock.nowMs()
      const facts = countFacts({
        ...{ election, stored: stored(), told, eligible, issued: eligible },
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
        told: told?.count() ?? null,
      }),
    history: history.snapshot,
    phase,
    cast: tally.ballots,
    onChange: (listener) => listeners.push(listener),
  }
}

/** The value for the newest arguments: worked out once for each. */
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
