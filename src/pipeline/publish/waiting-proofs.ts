/**
 * Proofs that are asked for: answered at once, or after the next batch where the leaf may be in
 * that.
 */
import type { ProofRequest } from './publisher-messages.ts'

export class WaitingProofs {
  readonly #prove: (leaf: Uint8Array) => Promise<string | undefined>
  readonly #answer: (id: number, proof: string | null) => void
  #waiting: ProofRequest[] = []

  /**
   * @param prove gives undefined where the leaf is not under the published checkpoint
   * @param answer takes each answer; null where there is no proof
   */
  constructor(
    prove: (leaf: Uint8Array) => Promise<string | undefined>,
    answer: (id: number, proof: string | null) => void,
  ) {
    this.#prove = prove
    this.#answer = answer
  }

  /**
   * @param mayWait whether a batch is to be expected, in which the leaf may be; asked once the leaf
   * was not found
   */
  ask(request: ProofRequest, mayWait: () => boolean): void {
    this.#prove(request.leaf).then(
      (proof) => {
        if (proof === undefined && mayWait()) this.#waiting.push(request)
        else this.#answer(request.id, proof ?? null)
      },
      () => this.#answer(request.id, null),
    )
  }

  /** How many wait. */
  count(): number {
    return this.#waiting.length
  }

  /** Answers those that wait: what is not in the log now waits no longer. */
  answerAll(): void {
    this.answerFirst(this.#waiting.length)
  }

  /** As `answerAll`, of those alone that have waited longest. */
  answerFirst(count: number): void {
    for (const request of this.#waiting.splice(0, count)) this.ask(request, () => false)
  }
}
