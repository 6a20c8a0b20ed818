/** What the publisher's thread was asked and has not answered yet: proofs and amendments. */
import type { PublisherEvent, PublisherMessage } from '../pipeline/publish/publisher-messages.ts'

/** An amendment that the log did not take: nothing has changed. */
export class NotInLog extends Error {}

export interface PublisherQuestions {
  /** Proofs that wait. */
  readonly proofs: () => number
  /** @returns null where the thread has none */
  readonly proof: (leaf: Uint8Array) => Promise<string | null>
  /** Publishes an amendment, the text of the entry. @throws {NotInLog} */
  readonly amend: (text: string) => Promise<void>
  readonly answer: (message: Extract<PublisherEvent, { kind: 'proof' | 'amended' }>) => void
  /** The thread has ended, and answers no more. */
  readonly end: () => void
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (cause: Error) => void
}

/**
 * @param onUnknown told where nobody can say whether the log took an amendment, which then never
 * settles
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
      return onUnknown(new Error(`whether the public log took an amendment is unknown: ${reason}`))
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
