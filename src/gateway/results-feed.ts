/**
 * The streams of one election's count: whole snapshots (whole-feed.ts), and deltas (delta-feed.ts).
 * One limit and one count of viewers, one beat for all.
 */
import type { ServerResponse } from 'node:http'
import type { Pulse } from '../core/status/pulse.ts'
import { type CurrentSnapshot, currentSnapshots } from './current-snapshot.ts'
import { DeltaFeed } from './delta-feed.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { ResultMaker } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import { CLOCKS, SpareTime } from './spare-time.ts'
import { type Comes, WholeFeed } from './whole-feed.ts'

const BEAT_MS = 5_000
const QUIET_CHECK_MS = 1_000
const VIEWERS_LIMIT = 20_000
/**
 * Less than a tenth of the time, to come to a tenth: of ten thousand viewers the thread also has
 * what no piece of work is charged with, such as the collecting of what their sockets drop. With
 * few viewers nothing waits for it.
 */
const PART = 14

/** How a viewer wants to be told, and from where on. */
export interface Wanted extends Comes {
  readonly deltas: boolean
}

export interface ResultsFeed {
  /** Adds a viewer; the caller has checked the limit. */
  readonly add: (response: ServerResponse, wanted: Wanted) => void
  readonly viewers: () => number
  readonly limit: number
  /**
   * The snapshot of this moment; the same one, with the same id, while nothing changes. null where
   * none can be made.
   */
  readonly current: () => Promise<CurrentSnapshot | null>
  /** Tells every viewer that the server is stopping, and ends their streams. */
  readonly close: () => void
}

export interface ResultsFeedDeps {
  readonly maker: Pick<ResultMaker, 'make' | 'step'>
  /** Of all feeds' snapshots together, in the maker's thread. */
  readonly makerSpare: SpareTime
  /** What viewers who are behind hold. */
  readonly held: HeldBytes
}

export function resultsFeed(served: ServedElection, deps: ResultsFeedDeps): ResultsFeed {
  // Taking counts and sending them: votes come first.
  const spare = new SpareTime(CLOCKS, PART)
  const snapshots = currentSnapshots(served, deps, spare)
  const whole = new WholeFeed(snapshots, deps.held, spare)
  const deltas = new DeltaFeed(served, { ...deps, spare })
  const feeds = [whole, deltas]
  const viewers = (): number => whole.crowd.size + deltas.crowd.size
  const beat = (): string => {
    const pulse: Pulse = { viewers: viewers(), commit_ms: served.commitMs() }
    return `event: beat\ndata: ${JSON.stringify(pulse)}\n\n`
  }
  const schedule = (): void => {
    for (const feed of feeds) feed.schedule()
  }
  served.tally.onChange(schedule)
  served.publicLog.onChange(schedule)
  const quiet = setInterval(() => {
    for (const feed of feeds) if (feed.crowd.size > 0 && feed.hasNews()) feed.schedule()
  }, QUIET_CHECK_MS)
  const beating = setInterval(() => {
    const text = beat()
    for (const { crowd } of feeds) crowd.sayToAll(text)
  }, BEAT_MS)
  return {
    add: (response, wanted) => (wanted.deltas ? deltas : whole).add(response, wanted, beat),
    viewers,
    limit: VIEWERS_LIMIT,
    current: snapshots.current,
    close: () => {
      clearInterval(quiet)
      clearInterval(beating)
      for (const feed of feeds) {
        feed.close()
        feed.crowd.end('event: stopping\ndata: 1\n\n')
      }
    },
  }
}
