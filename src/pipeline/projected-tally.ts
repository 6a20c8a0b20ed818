/**
 * Projected tally: the live count where another process counts and a projector stores. It keeps a copy of what is
 * stored and asks for what changed; counts are absolute, so a change missed now comes with the next.
 */
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import type { PublicLogState } from '../core/log/public-log-state.ts'
import { packTold } from '../core/tally/count-facts.ts'
import { countHistory, totalsOf } from '../core/tally/history.ts'
import type { MarksCount } from '../core/tally/marks-count.ts'
import { packCounts } from '../core/tally/packed-counts.ts'
import type { PipelineSnapshot } from '../core/tally/pipeline-snapshot.ts'
import { ballotRate } from '../core/tally/rate.ts'
import { resultOf } from '../core/tally/result.ts'
import { shownResult } from '../core/tally/shown.ts'
import { type InvariantSnapshot, invariantOf } from '../core/tally/snapshot.ts'
import { PAST_SPAN_S, spanEnd, TURNOUT_SPAN_S, turnoutLine } from '../core/tally/spans.ts'
import { toldCounts } from '../core/tally/told-counts.ts'
import { isToldAtOnce, toldTally } from '../core/tally/told-tally.ts'
import type { Clock } from '../ports/clock.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { ResultStore } from '../ports/result-store.ts'

/** What is counted elsewhere, as far as this process knows; `ballotsStored` is null where nobody has said. */
export interface Counters {
  readonly keysUsed: number
  readonly ballotsStored: number | null
}

export interface ProjectedTallyDeps {
  readonly election: Election
  readonly store: ResultStore
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
/** What a process told of its work longer ago than this says nothing of now. */
const STALE_MS = 10_000

/** @throws where the store cannot be asked at the start */
export async function projectedTally(deps: ProjectedTallyDeps): Promise<LiveTally> {
  const { election, store, eligible, clock, phase } = deps
  const counts = toldCounts(election)
  const { tally } = counts
  const history = countHistory(election)
  const told = isToldAtOnce(election) ? null : toldTally(election)
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
  const invariant = (): InvariantSnapshot => {
    const found = invariantOf(election, tally, counters())
    const { keys_used, ballots_stored, ballots_tallied } = found
    const now = `${keys_used} ${ballots_stored} ${ballots_tallied}`
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

  return {
    facts: () => {
      const nowMs = clock.nowMs()
      const figures = {
        phase: phase(),
        nowMs,
        lastBallotAtMs,
        eligible: Float64Array.from(eligible),
        issued: Float64Array.from(eligible),
        ...counters(),
        votesPerSecond: rate.at(nowMs),
        turnout: turnoutLine(turnout, TURNOUT_SPAN_S),
        log: deps.publicLog?.() ?? null,
      }
      return {
        counts: packCounts(tally),
        logTold: packTold(told),
        figures,
        closesAtMs: election.closesAtMs,
        besides: { invariant: invariant(), pipeline: deps.pipeline() },
      }
    },
    invariant,
    result: () => resultOf(election, tally),
    shown: () =>
      shownResult(election, {
        ...{ phase: phase(), issued: eligible, stored: tally },
        told: told?.count() ?? null,
      }),
    history: history.snapshot,
    phase,
    cast: tally.ballots,
    onChange: (listener) => listeners.push(listener),
  }
}

type IsBehind = (pipeline: PipelineSnapshot, nowMs: number) => boolean

/** Tells whether an engine is away, or has ballots before it that it has not been through. */
function behindness(): IsBehind {
  const heard = new Map<string, { readonly atMs: number; readonly heardAtMs: number }>()
  // By our clock: the teller's may be another machine's.
  const isSilent = (work: string, told: { readonly atMs: number } | null, nowMs: number): boolean => {
    if (told === null) return true
    const last = heard.get(work)
    if (last?.atMs === told.atMs) return Math.abs(nowMs - last.heardAtMs) > STALE_MS
    heard.set(work, { atMs: told.atMs, heardAtMs: nowMs })
    return false
  }
  return ({ tally, projector, log_watch, ballot_box }, nowMs) => {
    if (isSilent('tally', tally, nowMs) || isSilent('projector', projector, nowMs)) return true
    if (tally!.state.state !== 'counting' || (tally!.state.records_behind ?? 0) > 0) return true
    if (projector!.state.problem !== null || (log_watch && log_watch.state.problem !== null)) return true
    return !ballot_box.log_up || !ballot_box.keys_loaded || ballot_box.reserved > 0
  }
}
