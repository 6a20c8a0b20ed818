/**
 * Server-sent events of whole snapshots: made and encoded once per tick for all viewers, at most ten a second, at once
 * when it has been quiet. A viewer who reads too slowly misses snapshots, never queues them: each one is whole.
 *
 * A viewer who comes back with the id of the current snapshot (`Last-Event-ID`) has it: the beat that opens the stream
 * says so, and the next snapshot is news.
 */
import type { ServerResponse } from 'node:http'
import type { Pulse } from '../core/tally/pulse.ts'
import type { ResultsSnapshot } from '../core/tally/snapshot.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import type { PublicLog } from '../ports/public-log.ts'
import { SpareTime } from './spare-time.ts'

const TICK_MS = 100
/** Viewers written to before anybody else has a turn: a few milliseconds. */
const SLICE = 250
const BEAT_MS = 5_000
const QUIET_CHECK_MS = 1_000
const VIEWERS_LIMIT = 20_000
/** A viewer that takes nothing for so long is gone, or only there to hold a place. */
const STUCK_MS = 60_000

export interface CurrentSnapshot {
  /** Its id, as events and ETags bear it. */
  readonly id: string
  readonly json: string
}

export interface ResultsFeed {
  /** Adds a viewer, who last saw `lastId`; the caller has checked the limit. */
  readonly add: (response: ServerResponse, lastId: string | undefined) => void
  readonly viewers: () => number
  readonly limit: number
  /** The snapshot of this moment; the same one, with the same id, while nothing changes. */
  readonly current: () => CurrentSnapshot
  /** Tells every viewer that the server is stopping, and ends their streams. */
  readonly close: () => void
}

interface Viewer {
  readonly response: ServerResponse
  /** Since when it has not taken what it was sent; null when it has. */
  behindSinceMs: number | null
  /** The snapshot it was last sent. */
  sentId: number
}

export function resultsFeed(
  tally: LiveTally,
  commitMs: () => number | null,
  publicLog?: Pick<PublicLog, 'onChange'>,
): ResultsFeed {
  const viewers = new Set<Viewer>()
  let id = Date.now()
  let last: ResultsSnapshot | undefined
  let json = ''
  let event = Buffer.alloc(0)
  let madeAtMs = Number.NEGATIVE_INFINITY
  // Making and sending snapshots: votes come first.
  const spare = new SpareTime()
  let changed = true
  let timer: NodeJS.Timeout | undefined
  let sending = false

  const make = (): void => {
    spare.spend(() => {
      last = tally.snapshot()
      json = JSON.stringify(last)
      id++
      event = Buffer.from(`id: ${id}\ndata: ${json}\n\n`)
    })
    changed = false
    madeAtMs = performance.now()
  }
  /** Besides ballots, the phase turns, and votes per second fall back to nothing. */
  const hasNews = (): boolean =>
    changed ||
    tally.phase() !== last?.phase ||
    (last.votes_per_second > 0 && performance.now() - madeAtMs >= QUIET_CHECK_MS)
  const refresh = (): void => {
    if (hasNews() && spare.waitMs() === 0) make()
  }

  const send = (viewer: Viewer): void => {
    viewer.sentId = id
    if (!viewer.response.write(event)) viewer.behindSinceMs = performance.now()
  }
  /** Does `work` for every viewer who keeps up, slice by slice, then `done`. */
  const forEach = (work: (viewer: Viewer) => void, done: () => void): void => {
    const all = [...viewers]
    let from = 0
    const slice = (): void => {
      const until = Math.min(all.length, from + SLICE)
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
  const tick = (): void => {
    timer = undefined
    make()
    sending = true
    forEach(
      (viewer) => {
        if (viewer.sentId !== id) send(viewer)
      },
      () => {
        sending = false
        if (changed) schedule()
      },
    )
  }
  const schedule = (): void => {
    if (timer !== undefined || sending || viewers.size === 0) return
    timer = setTimeout(tick, Math.max(madeAtMs + TICK_MS - performance.now(), spare.waitMs()))
  }

  const onNews = (): void => {
    changed = true
    schedule()
  }
  tally.onChange(onNews)
  publicLog?.onChange(onNews)
  const quiet = setInterval(() => {
    if (viewers.size > 0 && hasNews()) schedule()
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
      ({ response }) => response.write(text),
      () => {},
    )
  }, BEAT_MS)

  return {
    add: (response, lastId) => {
      const viewer: Viewer = { response, behindSinceMs: null, sentId: 0 }
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
      refresh()
      viewers.add(viewer)
      response.on('drain', () => {
        if (viewer.behindSinceMs === null) return
        viewer.behindSinceMs = null
        if (viewer.sentId !== id) send(viewer)
      })
      response.on('close', () => viewers.delete(viewer))
      if (lastId === String(id)) viewer.sentId = id
      else send(viewer)
      response.write(beatEvent())
    },
    viewers: () => viewers.size,
    limit: VIEWERS_LIMIT,
    current: () => {
      refresh()
      return { id: String(id), json }
    },
    close: () => {
      clearInterval(quiet)
      clearInterval(beat)
      clearTimeout(timer)
      for (const { response } of viewers) response.end('event: stopping\ndata: 1\n\n')
      viewers.clear()
    },
  }
}
