/** Answers requests for proofs: at once, or after the next batch if that may contain the leaf. */
import type { ProofRequest } from './publisher-messages.ts'

export class WaitingProofs {
  readonly #prove: (leaf: Uint8Array) => Promise<string | undefined>
  readonly #answer: (id: number, proof: string | null) => void
  #waiting: ProofRequest[] = []

  /**
   * @param prove returns undefined if the leaf is not in the published checkpoint's tree
   * @param answer receives each answer; null if there is no proof
   */
  constructor(
    prove: (leaf: Uint8Array) => Promise<string | undefined>,
    answer: (id: number, proof: string | null) => void,
  ) {
    this.#prove = prove
    this.#answer = answer
  }

  /**
   * @param mayWait whether a next batch, which may contain the leaf, is expected; called if the
   *   leaf was not found
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

  /** The number of waiting requests. */
  count(): number {
    return this.#waiting.length
  }

  /** Answers all waiting requests: a leaf that is not in the log now waits no longer. */
  answerAll(): void {
    this.answerFirst(this.#waiting.length)
  }

  /** Like `answerAll`, but only for the requests that have waited longest. */
  answerFirst(count: number): void {
    for (const request of this.#waiting.splice(0, count)) this.ask(request, () => false)
  }
}
