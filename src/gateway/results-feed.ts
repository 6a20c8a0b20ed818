/**
 * Server-sent events of whole snapshots: made and encoded once per tick for all viewers, at most ten a second, at once
 * when it has been quiet. A viewer who reads too slowly misses snapshots, never queues them: each one is whole.
 *
 * A viewer who comes back with the id of the current snapshot (`Last-Event-ID`) has it: the beat that opens the stream
 * says so, and the next snapshot is news.
 */
import type { ServerResponse } from 'node:http'
import type { Pulse } from '../core/status/pulse.ts'
import { type CurrentSnapshot, currentSnapshots } from './current-snapshot.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { ResultMaker } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import { SpareTime } from './spare-time.ts'

const TICK_MS = 100
/** Viewers written to before anybody else has a turn, at most: a few milliseconds. */
const SLICE = 250
const SLICE_BYTES = 1_000_000
const BEAT_MS = 5_000
const QUIET_CHECK_MS = 1_000
const VIEWERS_LIMIT = 20_000
/** A viewer that has not taken a snapshot for so long is gone, or only there to hold a place. */
const STUCK_MS = 60_000

export interface ResultsFeed {
  /** Adds a viewer, who last saw `lastId`; the caller has checked the limit. */
  readonly add: (response: ServerResponse, lastId: string | undefined) => void
  readonly viewers: () => number
  readonly limit: number
  /** The snapshot of this moment; the same one, with the same id, while nothing changes. null where none can be made. */
  readonly current: () => Promise<CurrentSnapshot | null>
  /** Tells every viewer that the server is stopping, and ends their streams. */
  readonly close: () => void
}

export interface ResultsFeedDeps {
  readonly maker: Pick<ResultMaker, 'make'>
  /** Of all feeds' snapshots together, in the maker's thread. */
  readonly makerSpare: SpareTime
  /** What viewers who are behind hold. */
  readonly held: HeldBytes
}

interface Viewer {
  readonly response: ServerResponse
  /** Since when it has not taken what it was sent; null when it has. */
  behindSinceMs: number | null
  /** Lets go of the snapshot it is behind with. */
  release: () => void
  /** The snapshot it was last sent. */
  sentId: number
}

export function resultsFeed(served: ServedElection, deps: ResultsFeedDeps): ResultsFeed {
  const { tally, commitMs, publicLog } = served
  const viewers = new Set<Viewer>()
  // Taking counts and sending snapshots: votes come first.
  const spare = new SpareTime()
  const snapshots = currentSnapshots(served, deps, spare)
  let timer: NodeJS.Timeout | undefined
  let sending = false

  const send = (viewer: Viewer): void => {
    const { id, event } = snapshots.last()!
    viewer.sentId = id
    if (viewer.response.write(event)) return
    viewer.behindSinceMs = performance.now()
    viewer.release = deps.held.hold(event, () => viewer.response.destroy())
  }
  /** Does `work`, `bytes` written, for every viewer who keeps up, slice by slice, then `done`. */
  const forEach = (bytes: number, work: (viewer: Viewer) => void, done: () => void): void => {
    const all = [...viewers]
    const atOnce = Math.max(1, Math.min(SLICE, Math.floor(SLICE_BYTES / bytes)))
    let from = 0
    const slice = (): void => {
      const until = Math.min(all.length, from + atOnce)
      const end = spare.begin()
      for (; from < until; from++) {
        const viewer = all[from]!
        if (viewer.behindSinceMs === null && viewers.has(viewer)) work(viewer)
      }
      // Responses hand what is written to their sockets when this turn ends, which is most of the cost.
      process.nextTick(() => {
        end()
        if (from < all.length) setImmediate(slice)
        else done()
      })
    }
    slice()
  }
  const tick = async (): Promise<void> => {
    timer = undefined
    sending = true
    await snapshots.make()
    const { id = 0, event } = snapshots.last() ?? {}
    const done = (): void => {
      sending = false
      if (snapshots.hasChanged()) schedule()
    }
    if (event === undefined) return done()
    forEach(
      event.length,
      (viewer) => {
        if (viewer.sentId !== id) send(viewer)
      },
      done,
    )
  }
  const schedule = (): void => {
    if (timer !== undefined || sending || viewers.size === 0) return
    const dueMs = snapshots.madeAtMs() + TICK_MS - performance.now()
    timer = setTimeout(tick, Math.max(dueMs, snapshots.waitMs()))
  }

  tally.onChange(schedule)
  publicLog.onChange(schedule)
  const quiet = setInterval(() => {
    if (viewers.size > 0 && snapshots.hasNews()) schedule()
  }, QUIET_CHECK_MS)
  const beatEvent = (): string => {
    const pulse: Pulse = { viewers: viewers.size, commit_ms: commitMs() }
    return `event: beat\ndata: ${JSON.stringify(pulse)}\n\n`
  }
  const beat = setInterval(() => {
    const nowMs = performance.now()
    for (const { response, behindSinceMs } of viewers)
      if (behindSinceMs !== null && nowMs - behindSinceMs > STUCK_MS) response.destroy()
    const text = Buffer.from(beatEvent())
    forEach(
      text.length,
      ({ response }) => response.write(text),
      () => {},
    )
  }, BEAT_MS)
  /** What a stream begins with: the snapshot of this moment, unless the viewer has it, and a beat. */
  const greet = async (viewer: Viewer, lastId: string | undefined): Promise<void> => {
    const current = await snapshots.current()
    if (!viewers.has(viewer)) return
    if (current !== null && lastId === String(current.id)) viewer.sentId = current.id
    else if (current !== null && viewer.sentId !== current.id && viewer.behindSinceMs === null) send(viewer)
    viewer.response.write(beatEvent())
  }

  return {
    add: (response, lastId) => {
      const viewer: Viewer = { response, behindSinceMs: null, release: () => {}, sentId: 0 }
      // No chunks: the stream ends with its connection, and an event is one write of one buffer all viewers share.
      response.removeHeader('transfer-encoding')
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      response.write('retry: 1000\n\n')
      viewers.add(viewer)
      response.on('drain', () => {
        if (viewer.behindSinceMs === null) return
        viewer.behindSinceMs = null
        viewer.release()
        if (viewer.sentId !== snapshots.last()?.id) send(viewer)
      })
      response.on('close', () => {
        viewers.delete(viewer)
        viewer.release()
      })
      void greet(viewer, lastId)
    },
    viewers: () => viewers.size,
    limit: VIEWERS_LIMIT,
    current: snapshots.current,
    close: () => {
      clearInterval(quiet)
      clearInterval(beat)
      clearTimeout(timer)
      for (const { response } of viewers) response.end('event: stopping\ndata: 1\n\n')
      viewers.clear()
    },
  }
}
