/**
 * Stretches of a log checked by several threads. Here is what a thread and whoever uses it say to
 * each other, and both ends of it; what a thread is, and how words reach it, is the caller's. What
 * the threads report is what one thread reports, in the same order (test/log/threads.test.ts). No
 * I/O but the reader.
 */
import type { TreeHasher } from '../tlog/merkle.ts'
import type { EntryRules, ReadBallot } from './ballot.ts'
import { bundlesAtOnce, mostBundleBytes } from './bounds.ts'
import { type LogReader, type RangeChecker, type RangeJob, type RangeReport, rangeChecker } from './range.ts'

/** Stretches that one thread has at once: while it checks one, the next must be there. */
const JOBS_PER_THREAD = 2
/** Ballots that a thread names by number; then it begins to count again. */
const MOST_NUMBERED = 1 << 16
/** Resources read at once for threads: as many as one thread reads, bundles with their tiles. */
const MOST_READS = 16
/** Most that bundles of stretches under way may be, as often as one stretch's. */
const MOST_STRETCHES = 64

/** How the stretches of one log are checked. */
export interface Ranges {
  readonly check: RangeChecker
  /** Stretches to ask for at once: more wait. */
  readonly atOnce: number
  /** Nothing is asked any more. */
  readonly end: () => void
}

/** @param rules undefined where the election is not known @param size of the log */
export type RangesOf = (rules: EntryRules | undefined, size: number) => Ranges | Promise<Ranges>

/** Checks them where it is called, one after the other. */
export function rangesHere(read: LogReader, hasher: TreeHasher): RangesOf {
  return (rules) => ({ check: rangeChecker(read, hasher, rules), atOnce: 1, end: () => {} })
}

export interface Ask {
  readonly ask: number
  readonly path: string
  readonly mostBytes: number
}

export type ToThread =
  | { readonly type: 'begin'; readonly rules: EntryRules | undefined }
  | { readonly type: 'check'; readonly id: number; readonly job: RangeJob }
  | { readonly type: 'answer'; readonly ask: number; readonly bytes: Uint8Array | undefined }
  | { readonly type: 'no-answer'; readonly ask: number }

export type FromThread =
  | { readonly type: 'asks'; readonly asks: readonly Ask[] }
  | { readonly type: 'checked'; readonly id: number; readonly report: SentReport }
  | { readonly type: 'failed'; readonly id: number }

/** A report as it is sent: a ballot that many said is written once. */
export interface SentReport extends Omit<RangeReport, 'parts'> {
  /**
   * Numbers from here on are given to `ballots`, in their order; older ones from here on are
   * forgotten.
   */
  readonly firstNumber: number
  readonly ballots: readonly ReadBallot[]
  /** `groups`: a ballot's number and how often it came, by turns. */
  readonly parts: readonly { readonly to: number; readonly groups: Float64Array }[]
}

/** A thread as whoever uses it sees it. */
export interface RangeThread {
  /** @param transfer what is moved, not copied */
  readonly post: (message: ToThread, transfer: ArrayBuffer[]) => void
  readonly onMessage: (hear: (message: FromThread) => void) => void
  /** It has fallen over, and answers no more. */
  readonly onBroken: (hear: () => void) => void
  readonly end: () => void
}

/** What has been asked of a thread and not been answered. */
interface Waiting {
  readonly resolve: (report: RangeReport) => void
  readonly reject: (cause: unknown) => void
  readonly job: RangeJob
}

/**
 * Threads that check stretches of one log. What a thread fails at is checked here: that says what
 * is wrong.
 * @param read for threads that have no reader of their own, and for what they fail at
 */
export function rangePool(
  threads: readonly RangeThread[],
  read: LogReader,
  hasher: TreeHasher,
): (rules: EntryRules | undefined) => Ranges {
  return (rules) => {
    let ended = false
    const here = (job: RangeJob) => rangeChecker(read, hasher, rules)(job)
    const inTurn = someAtOnce(read, MOST_READS)
    const hands = threads.map((thread) => handOf(thread, inTurn, here))
    for (const { begin } of hands) begin(rules)
    const most = bundlesAtOnce(mostBundleBytes(rules), MOST_STRETCHES)
    return {
      atOnce: Math.max(1, Math.min(most, threads.length * JOBS_PER_THREAD)),
      check: (job) => {
        const free = hands.filter((hand) => !hand.isBroken())
        const [hand] = free.toSorted((a, b) => a.load() - b.load())
        return hand === undefined ? here(job) : hand.check(job)
      },
      end: () => {
        if (ended) return
        ended = true
        // What is still under way is nobody's any more: a thread that ends must not have it checked
        // here.
        for (const { leave } of hands) leave()
        for (const thread of threads) thread.end()
      },
    }
  }
}

/** A reader that is asked for so many resources at once, however many are wanted. */
function someAtOnce(read: LogReader, most: number): LogReader {
  const waiting: (() => void)[] = []
  let underWay = 0
  return async (path, mostBytes) => {
    if (underWay === most) await new Promise<void>((resolve) => waiting.push(resolve))
    else underWay++
    try {
      return await read(path, mostBytes)
    } finally {
      const next = waiting.shift()
      if (next === undefined) underWay--
      else next()
    }
  }
}

/** One thread, with what it was asked for. */
function handOf(thread: RangeThread, read: LogReader, here: RangeChecker) {
  const waiting = new Map<number, Waiting>()
  const ballots: ReadBallot[] = []
  let ids = 0
  let broken = false

  const checkHere = ({ job, resolve, reject }: Waiting) => void here(job).then(resolve, reject)
  /** A reader's failure is the whole verification's, told where it was asked for. */
  const answer = async ({ ask, path, mostBytes }: Ask): Promise<void> => {
    try {
      const bytes = await read(path, mostBytes)
      // A copy: what is moved is gone, and the reader may keep what it gave.
      const copy = bytes && new Uint8Array(bytes)
      thread.post({ type: 'answer', ask, bytes: copy }, copy === undefined ? [] : [copy.buffer])
    } catch (cause) {
      for (const each of waiting.values()) each.reject(cause)
      waiting.clear()
      thread.post({ type: 'no-answer', ask }, [])
    }
  }
  thread.onMessage((message) => {
    if (message.type === 'asks') {
      for (const ask of message.asks) void answer(ask)
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (asked === undefined) return
    if (message.type === 'checked') asked.resolve(received(message.report, ballots))
    else checkHere(asked)
  })
  thread.onBroken(() => {
    broken = true
    for (const asked of waiting.values()) checkHere(asked)
    waiting.clear()
  })

  return {
    begin: (rules: EntryRules | undefined) => thread.post({ type: 'begin', rules }, []),
    leave: () => waiting.clear(),
    load: () => waiting.size,
    isBroken: () => broken,
    check: (job: RangeJob): Promise<RangeReport> =>
      new Promise((resolve, reject) => {
        const id = ++ids
        waiting.set(id, { resolve, reject, job })
        thread.post({ type: 'check', id, job }, [])
      }),
  }
}

/** @param ballots by their numbers, of this thread; grows */
function received(
  { firstNumber, ballots: told, parts, ...report }: SentReport,
  ballots: ReadBallot[],
): RangeReport {
  ballots.length = firstNumber
  for (const ballot of told) ballots.push(ballot)
  return {
    ...report,
    parts: parts.map(({ to, groups }) => ({
      to,
      groups: Array.from({ length: groups.length / 2 }, (_, i) => ({
        ballot: ballots[groups[2 * i]!]!,
        times: groups[2 * i + 1]!,
      })),
    })),
  }
}

/** What a thread does: checks one stretch after the other. @returns what hears the messages */
export function rangeThread(
  post: (message: FromThread, transfer: ArrayBuffer[]) => void,
  hasher: TreeHasher,
  ownReader?: LogReader,
): (message: ToThread) => void {
  const asking = askingReader(post)
  const read = ownReader ?? asking.read
  const number = numberedBallots()
  let check: RangeChecker | undefined
  let last: Promise<void> = Promise.resolve()
  let failed = false

  const work = async (id: number, job: RangeJob): Promise<void> => {
    if (failed || check === undefined) return post({ type: 'failed', id }, [])
    try {
      const report = number(await check(job))
      post({ type: 'checked', id, report }, buffersOf(report))
    } catch {
      // What it has counted of this stretch would count with the next one.
      failed = true
      post({ type: 'failed', id }, [])
    }
  }
  return (message) => {
    if (message.type === 'begin') check = rangeChecker(read, hasher, message.rules)
    else if (message.type === 'check') last = last.then(() => work(message.id, message.job))
    else asking.hear(message)
  }
}

/** Reads by asking. What is asked for in one go goes out together. */
function askingReader(post: (message: FromThread, transfer: ArrayBuffer[]) => void) {
  const waiting = new Map<number, Pick<PromiseWithResolvers<Uint8Array | undefined>, 'resolve' | 'reject'>>()
  let asks: Ask[] = []
  let count = 0
  const send = () => {
    post({ type: 'asks', asks }, [])
    asks = []
  }
  const read = (path: string, mostBytes: number): Promise<Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject })
      if (asks.push({ ask: count, path, mostBytes }) === 1) void Promise.resolve().then(send)
    })
  const hear = (message: Extract<ToThread, { readonly type: 'answer' | 'no-answer' }>) => {
    const asked = waiting.get(message.ask)
    waiting.delete(message.ask)
    if (message.type === 'answer') asked?.resolve(message.bytes)
    else asked?.reject(new Error('not read'))
  }
  return { read, hear }
}

/** Gives every ballot a number when it is first sent. */
function numberedBallots(): (report: RangeReport) => SentReport {
  let numbers = new Map<ReadBallot, number>()
  return ({ parts, ...report }) => {
    if (numbers.size > MOST_NUMBERED) numbers = new Map()
    const firstNumber = numbers.size
    const ballots: ReadBallot[] = []
    const numberOf = (ballot: ReadBallot): number => {
      const known = numbers.get(ballot)
      if (known !== undefined) return known
      const next = numbers.size
      numbers.set(ballot, next)
      ballots.push(ballot)
      return next
    }
    const sent = parts.map(({ to, groups }) => ({
      to,
      groups: Float64Array.from(groups.flatMap(({ ballot, times }) => [numberOf(ballot), times])),
    }))
    return { ...report, firstNumber, ballots, parts: sent }
  }
}

function buffersOf({ leaves, roots, nonces, isBallot, parts }: SentReport): ArrayBuffer[] {
  const arrays = [leaves, roots, nonces, isBallot, ...parts.map(({ groups }) => groups)]
  return arrays.map(({ buffer }) => buffer as ArrayBuffer)
}
