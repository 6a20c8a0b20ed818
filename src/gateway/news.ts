/**
 * Whether there is anything to tell that was not told: ballots, and besides them what changes with
 * time.
 */
import type { CountFacts } from '../core/status/count-facts.ts'
import type { ServedElection } from './served-election.ts'

/** How often votes per second are told anew while they fall back to nothing. */
const QUIET_CHECK_MS = 1_000

export class News {
  readonly #tally: ServedElection['tally']
  #changed = true
  #figures: CountFacts['figures'] | undefined
  #takenAtMs = Number.NEGATIVE_INFINITY

  constructor({ tally, publicLog }: ServedElection) {
    this.#tally = tally
    const onNews = (): void => {
      this.#changed = true
    }
    tally.onChange(onNews)
    publicLog.onChange(onNews)
  }

  /** Whether something has happened since the counts were last taken. */
  get hasChanged(): boolean {
    return this.#changed
  }

  /** When the counts were last taken, by the process's clock. */
  get takenAtMs(): number {
    return this.#takenAtMs
  }

  /** Besides ballots, the phase turns, and votes per second fall back to nothing. */
  isThere(): boolean {
    const figures = this.#figures
    return (
      this.#changed ||
      this.#tally.phase() !== figures?.phase ||
      (figures.votesPerSecond > 0 && performance.now() - this.#takenAtMs >= QUIET_CHECK_MS)
    )
  }

  /** The counts of this moment, to be told. */
  take(): CountFacts {
    this.#changed = false
    this.#takenAtMs = performance.now()
    const facts = this.#tally.facts()
    this.#figures = facts.figures
    return facts
  }

  /** What was taken could not be told. */
  untake(): void {
    this.#changed = true
  }
}
