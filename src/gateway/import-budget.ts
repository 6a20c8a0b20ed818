/**
 * Limits what imports (many ballots in one request) may use of the server together: votes come
 * first.
 *
 * Work on lines without a recorded ballot gets one tenth of this thread's time, over all imports.
 * An import whose ballots are recorded continues at full speed: that is voting. The others take
 * turns, and so does each new one until its first lines are answered.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rate } from '../core/access/rate.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import { RecentCounts } from './recent-counts.ts'
import { SpareTime } from './spare-time.ts'

/** An import continues at full speed while at least this part of its latest lines was recorded. */
const GOOD_PART = 0.9

/**
 * The most lines without a ballot per minute from one address: beyond it, its imports end with the
 * first such line.
 */
const OFFENCES_LIMIT = 1_000
const OFFENDERS_LIMIT = 20_000

export interface ImportLimits {
  /** The limit of one request; more ballots need another request. */
  readonly bytes: number
  readonly ms: number
}

export class ImportBudget {
  readonly limits: ImportLimits
  readonly #spare = new SpareTime()
  readonly #offences = new RecentCounts({ limit: OFFENCES_LIMIT, most: OFFENDERS_LIMIT })
  #lastTurn: Promise<void> = Promise.resolve()

  constructor(limits: ImportLimits) {
    this.limits = limits
  }

  /** @param whose an address's network, as in `Network.own`, or the token of the request */
  begin(whose: Importer): ImportShare {
    const untilMs = performance.now() + this.limits.ms
    return new ImportShare(this.#spare, () => this.#turn(), this.#offences, whose, untilMs)
  }

  /** One after the other, each when there is spare time. */
  #turn(): Promise<void> {
    const turn = this.#lastTurn.then(async () => {
      for (let ms = this.#spare.waitMs(); ms > 0; ms = this.#spare.waitMs()) await sleep(ms)
    })
    this.#lastTurn = turn
    return turn
  }
}

/** The sender of an import. */
export interface Importer {
  readonly name: string
  /** A rate that its lines also count against; undefined without a token. */
  readonly rate: Rate | undefined
  /** Why no more lines are accepted: its token is no longer valid. */
  readonly refused: () => RefusalCode | null
}

/** While an import waits for its token's rate, the rate is checked this often. */
const PACE_MS = 250

/** One import's part of the budget. */
export class ImportShare {
  readonly #spare: SpareTime
  readonly #turn: () => Promise<void>
  readonly #offences: RecentCounts
  readonly #whose: Importer
  readonly #untilMs: number
  #isGood = false

  constructor(
    spare: SpareTime,
    turn: () => Promise<void>,
    offences: RecentCounts,
    whose: Importer,
    untilMs: number,
  ) {
    this.#spare = spare
    this.#turn = turn
    this.#offences = offences
    this.#whose = whose
    this.#untilMs = untilMs
  }

  /** Whether too many lines from this address were not ballots within the last minute. */
  get isFromOffender(): boolean {
    return this.#offences.hasReached(this.#whose.name, performance.now())
  }

  countNoBallot(): void {
    this.#offences.add(this.#whose.name, 1, performance.now())
  }

  /**
   * Resolves when this import may work on some lines.
   * @returns why it may not: its token is no longer valid, or its rate has no room before the
   * request's time ends
   */
  async mayWork(): Promise<RefusalCode | null> {
    const { rate, refused } = this.#whose
    for (let ms = 1; rate !== undefined && ms > 0; ) {
      const nowMs = performance.now()
      ms = rate.waitMs(nowMs)
      if (nowMs + ms >= this.#untilMs) return 'token-rate'
      if (ms > 0) await sleep(Math.min(ms, PACE_MS))
    }
    if (!this.#isGood) await this.#turn()
    return refused()
  }

  /** Counts this thread's work until the returned function is called; see `SpareTime.begin`. */
  work(): () => number {
    return this.#spare.begin()
  }

  /**
   * Of `lines` lines, `ballots` were recorded: the work on these was voting, which could not wait.
   */
  recorded(ballots: number, lines: number, tookMs: number): void {
    if (lines === 0) return
    this.#whose.rate?.take(lines, performance.now())
    this.#isGood = ballots >= lines * GOOD_PART
    this.#spare.giveBack((tookMs * ballots) / lines)
  }
}
