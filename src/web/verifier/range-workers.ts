/**
 * Checks a log on several processors (core/verify/range-pool.ts). The worker starts more workers of
 * its own script. It reads the log for them, so that it can report progress and stop. If no other
 * worker starts, it checks everything itself.
 */
import type { TreeHasher } from '../../core/tlog/merkle.ts'
import type { LogReader } from '../../core/verify/range.ts'
import {
  type FromThread,
  type RangesOf,
  type RangeThread,
  rangePool,
  rangesHere,
  rangeThread,
  type ToThread,
} from '../../core/verify/range-pool.ts'

/** The name of the workers that check ranges. A worker learns its task from its name. */
const NAME = 'ranges'
const READY = 'ready'
const MOST_WORKERS = 4
/** With fewer entries, starting workers takes longer than they save. */
const WORTH_WORKERS = 30_000
/** Their script was loaded with the page. A worker that takes longer will not start. */
const START_MS = 3000

export function isRangeWorker(): boolean {
  return self.name === NAME
}

/** @param processors the number of processors, as the browser reports it */
export function workerRanges(read: LogReader, hasher: TreeHasher, processors: number): RangesOf {
  return async (rules, size) => {
    const here = () => rangesHere(read, hasher)(rules, size)
    // One processor reads for the workers and combines their results. With two processors there is
    // nothing to gain.
    const count = Math.min(MOST_WORKERS, processors - 1)
    if (size < WORTH_WORKERS || count < 2) return here()
    const started = await Promise.all(Array.from({ length: count }, startWorker))
    const workers = started.filter((worker) => worker !== null)
    return workers.length === 0 ? here() : rangePool(workers, read, hasher)(rules)
  }
}

/** Resolves to null if the worker does not start. */
function startWorker(): Promise<RangeThread | null> {
  return new Promise((resolve) => {
    let worker: Worker
    try {
      worker = new Worker(self.location.href, { type: 'module', name: NAME })
    } catch {
      return resolve(null)
    }
    const none = () => {
      worker.terminate()
      resolve(null)
    }
    const late = setTimeout(none, START_MS)
    worker.addEventListener('error', none, { once: true })
    worker.addEventListener(
      'message',
      () => {
        clearTimeout(late)
        worker.removeEventListener('error', none)
        resolve(threadOf(worker))
      },
      { once: true },
    )
  })
}

function threadOf(worker: Worker): RangeThread {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (hear) =>
      worker.addEventListener('message', ({ data }: MessageEvent<FromThread>) => hear(data)),
    onBroken: (hear) => worker.addEventListener('error', hear),
    end: () => worker.terminate(),
  }
}

/** The whole task of a worker that checks ranges. */
export function workOnRanges(hasher: TreeHasher): void {
  const hear = rangeThread((message, transfer) => self.postMessage(message, { transfer }), hasher)
  self.addEventListener('message', ({ data }: MessageEvent<ToThread>) => hear(data))
  self.postMessage(READY)
}
