/**
 * Tally: the live count. It replays the log once, then folds in each ballot as soon as it is
 * durable, before its voter is answered. Of choices it shows what the public log has told.
 */
import type { Election } from '../core/election/definition.ts'
import type { Phase } from '../core/election/phase.ts'
import { countFacts } from '../core/status/count-facts.ts'
import type { PublicLogState } from '../core/status/public-log-state.ts'
import { invariantOf } from '../core/status/snapshot.ts'
import { countHistory, totalsOf } from '../core/tally/history.ts'
import { pluralityTally, type TallyCounts } from '../core/tally/plurality.ts'
import type { PublishedBatch } from '../core/tally/published-batch.ts'
import type { PublishedTally } from '../core/tally/published-tally.ts'
import { ballotRate } from '../core/tally/rate.ts'
import { resultOf } from '../core/tally/result.ts'
import { shownResult } from '../core/tally/shown.ts'
import { turnoutLine } from '../core/tally/spans.ts'
import type { BallotBox } from '../ports/ballot-box.ts'
import type { FollowedLog } from '../ports/ballot-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { VoterRoll } from '../ports/voter-roll.ts'

export interface TallyDeps {
  readonly election: Election
  readonly log: FollowedLog
  readonly box: BallotBox
  readonly roll: VoterRoll
  /** Keys issued per district when the election was made; the roll may have grown since. */
  readonly issued: ArrayLike<number>
  readonly clock: Clock
  readonly phase: () => Phase
  /** Where ballots are held back: what the log has told; null where each is told as it comes. */
  readonly published: PublishedTally | null
  /** Where the public log stands, for snapshots. */
  readonly publicLog?: () => PublicLogState | null
}

/** Seconds over which votes per second are averaged. */
const RATE_SECONDS = 5

export interface FoldedTally extends LiveTally {
  /** What the public log told; a batch of before changes nothing. */
  readonly takePublished: (batch: PublishedBatch) => void
  /** Tells who listens that the election itself has changed: its end, its roll. */
  readonly refresh: () => void
}

export async function liveTally(deps: TallyDeps): Promise<FoldedTally> {
  const { election, log, box, roll, issued, clock, phase, published } = deps
  const tally = pluralityTally(election)
  const rate = ballotRate(RATE_SECONDS)
  const listeners: (() => void)[] = []
  const refresh = (): void => listeners.forEach((listener) => void listener())
  let lastBallotAtMs: number | null = null

  const history = countHistory(election)
  const momentOf = (timeS: number, cast: number, counted: TallyCounts) => ({
    ...{ timeS, cast, published: counted.ballots() },
    contests: totalsOf(election, counted),
  })

  // Ballots lie in the order they were cast, so the turnout spans say how many of them each past
  // moment had.
  const spans = published === null ? spanEnds(log, history.mostPoints) : []
  const past = spans.values()
  let next = past.next().value
  for await (const groups of log.replay(spans.map(({ ballots }) => ballots))) {
    for (const { district, choices, times } of groups) tally.fold(district, choices, times)
    for (; next !== undefined && next.ballots <= tally.ballots(); next = past.next().value)
      history.mark(momentOf(next.timeS, tally.ballots(), tally))
  }
  let openSpanS = log.turnout().at(-1)?.[0] ?? 0
  log.follow((ballots) => {
    const spanS = log.spanEnd(clock.nowMs())
    if (spanS > openSpanS) {
      if (published === null) history.mark(momentOf(openSpanS, tally.ballots(), tally))
      openSpanS = spanS
    }
    for (let i = 0; i < ballots.length; i++) tally.fold(ballots[i]!.district, ballots[i]!.choices)
    lastBallotAtMs = clock.nowMs()
    rate.count(ballots.length, lastBallotAtMs)
    refresh()
  })

  const takePublished = (batch: PublishedBatch): void => {
    if (published === null || !published.take(batch)) return
    const { atMs, stored, groups } = batch
    if (atMs !== null && stored !== null && groups.length > 0)
      history.mark(momentOf(Math.floor(atMs / 1000), stored, published.count().tally))
    refresh()
  }
  const counters = () => ({ keysUsed: box.keysUsed(), ballotsStored: log.length() })
  return {
    facts: () => {
      const nowMs = clock.nowMs()
      return countFacts({
        ...{ election, stored: tally, published, eligible: roll.eligible, issued },
        ...{ phase: phase(), nowMs, lastBallotAtMs, ...counters(), votesPerSecond: rate.at(nowMs) },
        turnout: turnoutLine(castBySpan(log), log.turnoutSpanSeconds),
        log: deps.publicLog?.() ?? null,
      })
    },
    invariant: () => invariantOf(election, tally, counters()),
    result: () => resultOf(election, tally),
    shown: () =>
      shownResult(election, { phase: phase(), issued, stored: tally, published: published?.count() ?? null }),
    takePublished,
    refresh,
    history: history.snapshot,
    phase,
    cast: tally.ballots,
    onChange: (listener) => listeners.push(listener),
  }
}

/**
 * Ends of past spans with the ballots cast by then, `most` of them at most; the newest span may
 * still be open.
 */
function spanEnds(log: FollowedLog, most: number): { readonly timeS: number; readonly ballots: number }[] {
  const spans = log.turnout().slice(0, -1)
  const step = Math.ceil(spans.length / most)
  let ballots = 0
  const ends = spans.map(([timeS, cast]) => {
    ballots += cast
    return { timeS, ballots }
  })
  return ends.filter((_, i) => (i + 1) % step === 0)
}

/** Spans' ends with the ballots cast by then. */
function castBySpan(log: FollowedLog): [number, number][] {
  let cast = 0
  return log.turnout().map(([until, ballots]) => {
    cast += ballots
    return [until, cast]
  })
}
