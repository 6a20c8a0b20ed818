/** The open questions to the publisher's thread: proofs and amendments. */
import type { PublisherEvent, PublisherMessage } from '../pipeline/publish/publisher-messages.ts'

/** The log did not accept an amendment: nothing has changed. */
export class NotInLog extends Error {}

export interface PublisherQuestions {
  /** The number of open questions for proofs. */
  readonly proofs: () => number
  /** @returns null if the thread has no proof */
  readonly proof: (leaf: Uint8Array) => Promise<string | null>
  /**
   * Publishes an amendment.
   * @param text of the entry
   * @throws {NotInLog}
   */
  readonly amend: (text: string) => Promise<void>
  readonly answer: (message: Extract<PublisherEvent, { kind: 'proof' | 'amended' }>) => void
  /** Call this after the thread has ended: it answers no more questions. */
  readonly end: () => void
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (cause: Error) => void
}

/**
 * @param onUnknown called if it is unknown whether the log has an amendment, whose promise then
 * never settles
 */
export function publisherQuestions(
  ask: (message: PublisherMessage) => void,
  onUnknown: (fault: Error) => void,
): PublisherQuestions {
  const proofs = new Map<number, (proof: string | null) => void>()
  const amendments = new Map<number, Waiting>()
  let lastId = 0
  const answerAmendment = ({ id, end, reason }: Extract<PublisherEvent, { kind: 'amended' }>): void => {
    if (end === 'unknown')
      return onUnknown(new Error(`it is unknown whether the public log has an amendment: ${reason}`))
    const waiting = amendments.get(id)
    amendments.delete(id)
    if (end === 'in-log') waiting?.resolve()
    else waiting?.reject(new NotInLog(reason))
  }
  return {
    proofs: () => proofs.size,
    proof: (leaf) =>
      new Promise((resolve) => {
        const id = ++lastId
        proofs.set(id, resolve)
        ask({ ask: 'proof', id, leaf })
      }),
    amend: (text) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        amendments.set(id, { resolve, reject })
        ask({ ask: 'amend', id, text })
      }),
    answer: (message) => {
      if (message.kind === 'amended') return answerAmendment(message)
      proofs.get(message.id)?.(message.proof)
      proofs.delete(message.id)
    },
    end: () => {
      for (const answer of proofs.values()) answer(null)
      proofs.clear()
      for (const { reject } of amendments.values()) reject(new Error('the publisher has ended'))
      amendments.clear()
    },
  }
}
