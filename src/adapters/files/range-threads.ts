/**
 * A log checked on several processors (core/verify/range-pool.ts). Threads read a folder by
 * themselves; of a server this thread reads for them, so that it is asked no faster than by one.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { LogReader } from '../../core/verify/range.ts'
import { type RangesOf, type RangeThread, rangePool, rangesHere } from '../../core/verify/range-pool.ts'
import { nodeTreeHasher } from '../node/tree-hasher.ts'

/** Past these the thread that puts together what they say has no time for more. */
const MOST_BY_ITSELF = 8
/** That anybody may ask for. */
export const MOST_THREADS = 256
/** Entries below which threads take longer to start than they save. */
const WORTH_THREADS = 100_000

export interface ThreadsAsked {
  /** 1: no others than this one. */
  readonly threads: number
  /** The folder that holds the log; undefined for one on a server. */
  readonly dir?: string | undefined
  /** Entries from which on threads are started. */
  readonly from?: number
}

/** As many as there are processors for this process. */
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
      // Its memory or its program gave out; an end that was asked for finds nobody waiting.
      worker.on('error', hear)
      worker.on('exit', hear)
    },
    end: () => void worker.terminate(),
  }
}
