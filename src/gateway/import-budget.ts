/**
 * What imports (many ballots in one request) may take of the server together: votes come first.
 *
 * Work on lines that record no ballot is kept to one part in ten of this thread's time, over all
 * imports. An import whose ballots are recorded goes on at once and as fast as it comes: that is
 * voting. The others, and each new one until its first lines are answered, take turns.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rate } from '../core/access/rate.ts'
import type { RefusalCode } from '../core/election/refusal.ts'
import { RecentCounts } from './recent-counts.ts'
import { SpareTime } from './spare-time.ts'

/**
 * An import is one that goes on at once while at least so many of its latest lines were recorded.
 */
const GOOD_PART = 0.9

/**
 * Lines that are no ballots, a minute from one address: then its imports end with the first such
 * line.
 */
const OFFENCES_LIMIT = 1_000
const OFFENDERS_LIMIT = 20_000

export interface ImportLimits {
  /** Of one request; more ballots go into another one. */
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

  /** @param whose an address's network, as `Network.own` has it, or the token it is sent with */
  begin(whose: Importer): ImportShare {
    const untilMs = performance.now() + this.limits.ms
    return new ImportShare(this.#spare, () => this.#turn(), this.#offences, whose, untilMs)
  }

  /** One after the other, each when there is time to spare. */
  #turn(): Promise<void> {
    const turn = this.#lastTurn.then(async () => {
      for (let ms = this.#spare.waitMs(); ms > 0; ms = this.#spare.waitMs()) await sleep(ms)
    })
    this.#lastTurn = turn
    return turn
  }
}

/** Who sends an import. */
export interface Importer {
  readonly name: string
  /** What its lines count against besides; undefined where it has no token. */
  readonly rate: Rate | undefined
  /** Why no more is taken: its token is not good any more. */
  readonly refused: () => RefusalCode | null
}

/** A token's rate is looked at so often while an import waits for it. */
const PACE_MS = 250

/** The part of one import. */
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

  /** Whether too many lines from this address were no ballots within the last minute. */
  get isFromOffender(): boolean {
    return this.#offences.hasReached(this.#whose.name, performance.now())
  }

  countNoBallot(): void {
    this.#offences.add(this.#whose.name, 1, performance.now())
  }

  /**
   * Resolves when this import may work on some lines.
   * @returns why it may not: its token is not good any more, or has no room in its rate before the
   *   time is over
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

  /** Counts what this thread does until what it returns is called; see `SpareTime.begin`. */
  work(): () => number {
    return this.#spare.begin()
  }

  /** So many of some lines were recorded: the work on these was voting, and could not wait. */
  recorded(ballots: number, lines: number, tookMs: number): void {
    if (lines === 0) return
    this.#whose.rate?.take(lines, performance.now())
    this.#isGood = ballots >= lines * GOOD_PART
    this.#spare.giveBack((tookMs * ballots) / lines)
  }
}
