/** Whether there is news that was not sent yet: ballots, and changes that come with time. */
import type { CountFacts } from '../core/status/count-facts.ts'
import type { ServedElection } from './served-election.ts'

/** How often votes per second are sent again while they fall to zero. */
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

  /** True if ballots came or the phase changed, and while votes per second fall to zero. */
  isThere(): boolean {
    const figures = this.#figures
    return (
      this.#changed ||
      this.#tally.phase() !== figures?.phase ||
      (figures.votesPerSecond > 0 && performance.now() - this.#takenAtMs >= QUIET_CHECK_MS)
    )
  }

  /** Returns the present counts, which the caller will send. */
  take(): CountFacts {
    this.#changed = false
    this.#takenAtMs = performance.now()
    const facts = this.#tally.facts()
    this.#figures = facts.figures
    return facts
  }

  /** Call this if the taken counts could not be sent. */
  untake(): void {
    this.#changed = true
  }
}
