/**
 * Checks a log on several processors (core/verify/range-pool.ts). Threads read a folder directly.
 * If the log is on a server, this thread reads for them, so that the server gets no more requests
 * at a time than from one thread.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { LogReader } from '../../core/verify/range.ts'
import { type RangesOf, type RangeThread, rangePool, rangesHere } from '../../core/verify/range-pool.ts'
import { nodeTreeHasher } from '../node/tree-hasher.ts'

/** With more threads, the thread that combines their results becomes the bottleneck. */
const MOST_BY_ITSELF = 8
/** The most that a user may ask for. */
export const MOST_THREADS = 256
/** With fewer entries, starting threads takes longer than they save. */
const WORTH_THREADS = 100_000

export interface ThreadsAsked {
  /** 1: only this thread. */
  readonly threads: number
  /** The folder with the log; undefined for a log on a server. */
  readonly dir?: string | undefined
  /** Threads are started from this many entries on. */
  readonly from?: number
}

/** The number of processors available to this process, up to a limit. */
export function threadsByItself(): number {
  return Math.min(MOST_BY_ITSELF, availableParallelism())
}

export function threadedRanges(read: LogReader, asked: ThreadsAsked): RangesOf {
  const { threads, dir, from = WORTH_THREADS } = asked
  const hasher = nodeTreeHasher()
  return (rules, size) => {
    if (threads < 2 || size < from) return rangesHere(read, hasher)(rules, size)
    const started = Array.from({ length: threads }, () => startThread(dir))
    return rangePool(started, read, hasher)(rules)
  }
}

function startThread(dir: string | undefined): RangeThread {
  const worker = new Worker(new URL('./range-thread.ts', import.meta.url), { workerData: { dir } })
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (hear) => void worker.on('message', hear),
    onBroken: (hear) => {
      // The thread ran out of memory or its program failed. After a requested end, no one awaits
      // this.
      worker.on('error', hear)
      worker.on('exit', hear)
    },
    end: () => void worker.terminate(),
  }
}
