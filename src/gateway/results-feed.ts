/**
 * Server-sent events of whole snapshots: made once per tick for all viewers, at most ten a second, at once when it
 * has been quiet. A viewer who reads too slowly misses snapshots, never queues them: each one is whole.
 */
import type { ServerResponse } from 'node:http'
import type { ResultsSnapshot } from '../core/tally/snapshot.ts'
import type { LiveTally } from '../pipeline/tally.ts'

const TICK_MS = 100
/** Making a snapshot may take this share of the time at most; large elections tick slower. */
const COST_FACTOR = 10
const BEAT_MS = 5_000
const QUIET_CHECK_MS = 1_000
const VIEWERS_LIMIT = 20_000

export interface ResultsFeed {
  /** Adds a viewer; the caller has checked the limit. */
  readonly add: (response: ServerResponse) => void
  readonly viewers: () => number
  readonly limit: number
  /** The last snapshot made, as JSON, no older than a tick. */
  readonly current: () => string
  /** Tells every viewer that the server is stopping, and ends their streams. */
  readonly close: () => void
}

interface Viewer {
  readonly response: ServerResponse
  behind: boolean
}

export function resultsFeed(tally: LiveTally): ResultsFeed {
  const viewers = new Set<Viewer>()
  let id = Date.now()
  let json = ''
  let last: ResultsSnapshot
  let madeAtMs = Number.NEGATIVE_INFINITY
  let tickMs = TICK_MS
  let timer: NodeJS.Timeout | undefined
  let changed = true

  const make = (): void => {
    const startMs = performance.now()
    last = tally.snapshot()
    json = JSON.stringify(last)
    id++
    changed = false
    madeAtMs = performance.now()
    tickMs = Math.max(TICK_MS, (madeAtMs - startMs) * COST_FACTOR)
  }
  const send = (viewer: Viewer): void => {
    viewer.behind = !viewer.response.write(`id: ${id}\ndata: ${json}\n\n`)
  }
  const tick = (): void => {
    timer = undefined
    make()
    for (const viewer of viewers) if (!viewer.behind) send(viewer)
  }
  const schedule = (): void => {
    if (timer !== undefined || viewers.size === 0) return
    timer = setTimeout(tick, Math.max(0, madeAtMs + tickMs - performance.now()))
  }

  tally.onChange(() => {
    changed = true
    schedule()
  })
  // What changes without a ballot: the phase, and votes per second falling back to nothing.
  const quiet = setInterval(() => {
    if (viewers.size > 0 && !changed && (last.votes_per_second > 0 || phaseTurned(last))) schedule()
  }, QUIET_CHECK_MS)
  const beat = setInterval(() => {
    for (const { response } of viewers) response.write('event: beat\ndata: 1\n\n')
  }, BEAT_MS)
  const phaseTurned = (shown: ResultsSnapshot): boolean => tally.phase() !== shown.phase

  return {
    add: (response) => {
      const viewer: Viewer = { response, behind: false }
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      })
      response.write('retry: 1000\n\n')
      if (changed || performance.now() - madeAtMs > tickMs) make()
      viewers.add(viewer)
      response.on('drain', () => {
        if (!viewer.behind) return
        viewer.behind = false
        send(viewer)
      })
      response.on('close', () => viewers.delete(viewer))
      send(viewer)
    },
    viewers: () => viewers.size,
    limit: VIEWERS_LIMIT,
    current: () => {
      if (changed || performance.now() - madeAtMs > tickMs) make()
      return json
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
