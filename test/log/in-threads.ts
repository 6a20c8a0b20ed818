/**
 * Verifies a log twice: in one thread, and in several whose messages arrive in random order; also
 * in very short stretches. All must report the same, whatever the log is.
 */
import assert from 'node:assert/strict'
import type { FromThread, RangesOf, RangeThread, ToThread } from '../../src/core/verify/range-pool.ts'
import { rangePool, rangeThread } from '../../src/core/verify/range-pool.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import { type VerifyInput, verifyLog } from '../../src/core/verify/verify.ts'

export interface Crew {
  readonly threads: number
  /** Whether threads have their own reader. */
  readonly ownReader: boolean
  /** The number of stretches after which the first thread crashes. */
  readonly breaksAfter?: number
  /** Determines the order in which messages arrive. */
  readonly seed: number
}

const CREWS: readonly Crew[] = [
  { threads: 2, ownReader: true, seed: 1 },
  { threads: 1, ownReader: false, seed: 2 },
  { threads: 3, ownReader: false, seed: 3 },
  { threads: 4, ownReader: true, breaksAfter: 1, seed: 4 },
  { threads: 2, ownReader: false, breaksAfter: 0, seed: 5 },
  { threads: 5, ownReader: true, seed: 6 },
]
const STRETCHES = [64, 1, 2, 3, 5, 7]
let turn = 0

/** Returns the report of one thread, after checking that several report the same. */
export async function verifyInThreads(input: VerifyInput): Promise<VerifyReport> {
  const alone = await verifyLog(input)
  const crew = CREWS[turn % CREWS.length]!
  const stretchBundles = STRETCHES[Math.floor(turn / 2) % STRETCHES.length]!
  turn++
  const short = stretchBundles === 64 ? alone : await verifyLog({ ...input, stretchBundles })
  const together = await verifyLog({ ...input, stretchBundles, ranges: crewRanges(input, crew) })
  assert.deepEqual(together, short, `${JSON.stringify(crew)}, ${stretchBundles} bundles at once`)
  return alone
}

/**
 * Simulated threads: messages are cloned and moved as between threads, and arrive in some order.
 */
export function crewRanges({ read, hasher }: Pick<VerifyInput, 'read' | 'hasher'>, crew: Crew): RangesOf {
  const next = dice(crew.seed)
  const threads = Array.from({ length: crew.threads }, (_, i): RangeThread => {
    const toThread = channel<ToThread>(next)
    const fromThread = channel<FromThread>(next)
    const broken: (() => void)[] = []
    let left = i === 0 ? crew.breaksAfter : undefined
    const own = crew.ownReader ? read : undefined
    toThread.onMessage(rangeThread(fromThread.post, hasher, own))
    return {
      post: (message, transfer) => {
        if (left === undefined || message.type !== 'check' || left-- > 0)
          return toThread.post(message, transfer)
        toThread.end()
        fromThread.end()
        void Promise.resolve().then(() => {
          for (const hear of broken) hear()
        })
      },
      onMessage: fromThread.onMessage,
      onBroken: (hear) => broken.push(hear),
      end: () => {
        toThread.end()
        fromThread.end()
      },
    }
  })
  return rangePool(threads, read, hasher)
}

/** Messages keep their order in one channel, and take time. */
function channel<Message>(next: () => number) {
  const heard: ((message: Message) => void)[] = []
  const waiting: Message[] = []
  let ended = false
  let busy = false
  const deliver = async (): Promise<void> => {
    busy = true
    for (let message = waiting.shift(); message !== undefined && !ended; message = waiting.shift()) {
      for (let pause = next() % 4; pause > 0; pause--)
        await new Promise<void>((resolve) => setImmediate(resolve))
      if (ended) return
      for (const hear of heard) hear(message)
    }
    busy = false
  }
  return {
    post: (message: Message, transfer: ArrayBuffer[]) => {
      if (ended) return
      waiting.push(structuredClone(message, { transfer }))
      if (!busy) void deliver()
    },
    onMessage: (hear: (message: Message) => void) => void heard.push(hear),
    end: () => {
      ended = true
    },
  }
}

function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 8
  }
}
