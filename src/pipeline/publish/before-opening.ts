/**
 * A publisher whose log cannot be opened yet, for PostgreSQL or Kafka does not answer: it tries
 * again until they do, and answers meanwhile what it is asked.
 */
import type { Timer } from '../../ports/timer.ts'
import type { PublisherEvent, PublisherMessage } from './publisher-messages.ts'

const RETRY_MS = 1_000

export class BeforeOpening {
  readonly #send: (event: PublisherEvent) => void
  readonly #timer: Timer
  readonly #kept: PublisherMessage[] = []
  #isStopping = false
  #wake: () => void = () => {}

  constructor(send: (event: PublisherEvent) => void, timer: Timer) {
    this.#send = send
    this.#timer = timer
  }

  /** Takes a message. No proof can be given yet; the rest is kept for the publisher. */
  hear(message: PublisherMessage): void {
    if (message.ask === 'proof') return this.#send({ kind: 'proof', id: message.id, proof: null })
    this.#kept.push(message)
    if (message.ask !== 'stop') return
    this.#isStopping = true
    this.#wake()
  }

  /** What the publisher is still to hear, in order. */
  kept(): readonly PublisherMessage[] {
    return this.#kept
  }

  /**
   * Opens, as often as it takes. Each failure is reported.
   *
   * @param isFinal whether trying again is of no use
   * @returns undefined where it is to stop before that
   * @throws what `open` throws where that is final
   */
  async open<T>(open: () => Promise<T>, isFinal: (cause: unknown) => boolean): Promise<T | undefined> {
    while (!this.#isStopping) {
      try {
        return await open()
      } catch (cause) {
        if (isFinal(cause)) throw cause
        this.#send({ kind: 'failed', reason: (cause as Error).message })
        await this.#pause()
      }
    }
    return undefined
  }

  /** Resolves after a while, or when it is to stop. */
  #pause(): Promise<void> {
    if (this.#isStopping) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#timer.after(RETRY_MS, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}
