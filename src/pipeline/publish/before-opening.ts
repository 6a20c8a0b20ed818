/**
 * A publisher whose log cannot be opened yet, because PostgreSQL or Kafka does not answer. It
 * retries until they do, and meanwhile answers messages.
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

  /** Handles a message. No proof can be given yet; other messages are kept for the publisher. */
  hear(message: PublisherMessage): void {
    if (message.ask === 'proof') return this.#send({ kind: 'proof', id: message.id, proof: null })
    this.#kept.push(message)
    if (message.ask !== 'stop') return
    this.#isStopping = true
    this.#wake()
  }

  /** The messages that the publisher must still handle, in order. */
  kept(): readonly PublisherMessage[] {
    return this.#kept
  }

  /**
   * Retries `open` until it succeeds. Reports each failure.
   *
   * @param isFinal whether a retry is of no use
   * @returns undefined if it must stop before that
   * @throws what `open` throws if that is final
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

  /** Resolves after a pause, or when it must stop. */
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
