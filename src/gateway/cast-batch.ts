/**
 * Gathers the votes of one turn of the event loop into one call of the cast step: what sockets
 * brought in together is committed together. Refusals known beforehand cost no place in the batch.
 */
import type { IncomingMessage } from 'node:http'
import type { CastAnswer, Vote } from '../pipeline/cast.ts'
import type { Challenges } from './challenges.ts'
import type { WrongKeyLimit } from './limits.ts'
import type { ServedElection } from './served-election.ts'
import type { Held, SlowLane } from './slow-lane.ts'

/** Told the answer, or `undefined` when the outcome is unknown and nobody may be answered. */
export interface Waiter {
  readonly request: IncomingMessage
  /** @param waitS seconds until it helps to ask again, where the limit says so */
  readonly onAnswer: (answer: CastAnswer | undefined, waitS?: number) => void
}

export interface CastBatch {
  readonly add: (vote: Vote, waiter: Waiter) => void
}

/** What comes from where too many wrong keys did, and how it is let in. */
export interface SlowDoor {
  readonly limit: WrongKeyLimit
  readonly lane: SlowLane
  /** Where given, a solution goes ahead of who waits. */
  readonly challenges: Challenges | undefined
}

/**
 * @param onBatch told of each batch's answers and how long they took, for metrics, once per batch
 * @param onFault told of an unknown outcome, after which the process must end
 */
export function castBatch(
  served: ServedElection,
  { limit, lane, challenges }: SlowDoor,
  onBatch: (answers: readonly CastAnswer[], tookMs: number) => void,
  onFault: (fault: unknown) => void,
): CastBatch {
  let votes: Vote[] = []
  let waiters: Waiter[] = []
  // All ballots of a batch came in the same turn: when its first did is when they did.
  let firstMs = 0

  const flush = async (): Promise<void> => {
    const waiting = waiters
    const batch = votes
    const sinceMs = firstMs
    votes = []
    waiters = []
    try {
      const answers = [...(await served.cast(batch, 'full'))]
      let waits: Map<number, number> | undefined
      for (let i = 0; i < waiting.length; i++) {
        if (answers[i] !== 'unknown-key') continue
        const from = limit.countedFor(waiting[i]!.request)
        const { personalId } = batch[i]!
        answers[i] = limit.wrongKey(from, personalId)
        if (answers[i] === 'unknown-key') continue
        waits ??= new Map()
        waits.set(i, limit.waitS(from, personalId))
      }
      for (let i = 0; i < waiting.length; i++) waiting[i]!.onAnswer(answers[i]!, waits?.get(i))
      onBatch(answers, performance.now() - sinceMs)
    } catch (fault) {
      for (const waiter of waiting) waiter.onAnswer(undefined)
      onFault(fault)
    }
  }

  const add: CastBatch['add'] = (vote, waiter) => {
    if (votes.length === 0) {
      firstMs = performance.now()
      setImmediate(flush)
    }
    votes.push(vote)
    waiters.push(waiter)
  }
  return heldApart(add, { limit, lane, challenges })
}

/**
 * What comes from where too many wrong keys did waits for its turn, but for as long as ballots are
 * recorded there.
 */
function heldApart(add: CastBatch['add'], { limit, lane, challenges }: SlowDoor): CastBatch {
  const addHeld = (held: Held, vote: Vote, waiter: Waiter, onAnswered: () => void): void =>
    add(vote, {
      request: waiter.request,
      onAnswer: (answer, waitS) => {
        if (typeof answer === 'object') lane.recorded(held, answer.tracker)
        waiter.onAnswer(answer, waitS)
        onAnswered()
      },
    })
  /** @returns what casts it when its turn has come; who has gone by then casts nothing */
  const slowly = (held: Held, vote: Vote, waiter: Waiter) => async (): Promise<void> => {
    if (waiter.request.socket.destroyed) return
    await new Promise<void>((resolve) => addHeld(held, vote, waiter, resolve))
  }
  return {
    add: (vote, waiter) => {
      const held = limit.heldBy(waiter.request)
      if (held === null) return add(vote, waiter)
      const mayPass = lane.mayPass(held) || challenges?.passes(waiter.request)
      if (mayPass) addHeld(held, vote, waiter, () => {})
      else if (challenges !== undefined && lane.isCrowded(held)) waiter.onAnswer('challenge-needed')
      else if (!lane.add(held, slowly(held, vote, waiter))) waiter.onAnswer('too-busy')
    },
  }
}
