/**
 * A log verified twice over: by one thread, and by several with words between them that arrive when
 * they like; also in stretches far shorter than usual. Whatever a log is, all of them must report
 * the same.
 */
import assert from 'node:assert/strict'
import type { FromThread, RangesOf, RangeThread, ToThread } from '../../src/core/verify/range-pool.ts'
import { rangePool, rangeThread } from '../../src/core/verify/range-pool.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import { type VerifyInput, verifyLog } from '../../src/core/verify/verify.ts'

export interface Crew {
  readonly threads: number
  /** Where threads have a reader of their own. */
  readonly ownReader: boolean
  /** Stretches after which the first thread falls over. */
  readonly breaksAfter?: number
  /** For the order in which words arrive. */
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

/** As one thread reports it, once several were seen to report the same. */
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
 * Threads that are none: what they say is cloned and moved as between threads, and arrives in some
 * order.
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

/** Words keep their order in one channel, and take a while. */
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
