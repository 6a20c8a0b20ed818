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
  /**
   * Adds a viewer, who last saw `lastId`; the caller has checked the limit.
   * @param isPublic whether any site's page may read it
   */
  readonly add: (response: ServerResponse, lastId: string | undefined, isPublic?: boolean) => void
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
  const feed = new Feed(served, deps)
  return {
    add: feed.add,
    viewers: feed.viewers,
    limit: VIEWERS_LIMIT,
    current: feed.current,
    close: feed.close,
  }
}

class Feed {
  readonly #commitMs: ServedElection['commitMs']
  readonly #held: HeldBytes
  readonly #viewers = new Set<Viewer>()
  // Taking counts and sending snapshots: votes come first.
  readonly #spare = new SpareTime()
  readonly #snapshots: ReturnType<typeof currentSnapshots>
  readonly #quiet: NodeJS.Timeout
  readonly #beat: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  #sending = false

  constructor(served: ServedElection, deps: ResultsFeedDeps) {
    this.#commitMs = served.commitMs
    this.#held = deps.held
    this.#snapshots = currentSnapshots(served, deps, this.#spare)
    served.tally.onChange(this.#schedule)
    served.publicLog.onChange(this.#schedule)
    this.#quiet = setInterval(() => {
      if (this.#viewers.size > 0 && this.#snapshots.hasNews()) this.#schedule()
    }, QUIET_CHECK_MS)
    this.#beat = setInterval(() => this.#beatAll(), BEAT_MS)
  }

  readonly viewers = (): number => this.#viewers.size

  readonly current: ResultsFeed['current'] = () => this.#snapshots.current()

  readonly add: ResultsFeed['add'] = (response, lastId, isPublic = true) => {
    const viewer: Viewer = { response, behindSinceMs: null, release: () => {}, sentId: 0 }
    beginStream(response, isPublic)
    this.#viewers.add(viewer)
    response.on('drain', () => {
      if (viewer.behindSinceMs === null) return
      viewer.behindSinceMs = null
      viewer.release()
      if (viewer.sentId !== this.#snapshots.last()?.id) this.#send(viewer)
    })
    response.on('close', () => {
      this.#viewers.delete(viewer)
      viewer.release()
    })
    void this.#greet(viewer, lastId)
  }

  readonly close = (): void => {
    clearInterval(this.#quiet)
    clearInterval(this.#beat)
    clearTimeout(this.#timer)
    for (const { response } of this.#viewers) response.end('event: stopping\ndata: 1\n\n')
    this.#viewers.clear()
  }

  /** What a stream begins with: the snapshot of this moment, unless the viewer has it, and a beat. */
  async #greet(viewer: Viewer, lastId: string | undefined): Promise<void> {
    const current = await this.#snapshots.current()
    if (!this.#viewers.has(viewer)) return
    if (current !== null && lastId === String(current.id)) viewer.sentId = current.id
    else if (current !== null && viewer.sentId !== current.id && viewer.behindSinceMs === null)
      this.#send(viewer)
    viewer.response.write(this.#beatEvent())
  }

  #send(viewer: Viewer): void {
    const { id, event } = this.#snapshots.last()!
    viewer.sentId = id
    if (viewer.response.write(event)) return
    viewer.behindSinceMs = performance.now()
    viewer.release = this.#held.hold(event, () => viewer.response.destroy())
  }

  readonly #schedule = (): void => {
    if (this.#timer !== undefined || this.#sending || this.#viewers.size === 0) return
    const dueMs = this.#snapshots.madeAtMs() + TICK_MS - performance.now()
    this.#timer = setTimeout(() => void this.#tick(), Math.max(dueMs, this.#snapshots.waitMs()))
  }

  async #tick(): Promise<void> {
    this.#timer = undefined
    this.#sending = true
    await this.#snapshots.make()
    const { id = 0, event } = this.#snapshots.last() ?? {}
    const done = (): void => {
      this.#sending = false
      if (this.#snapshots.hasChanged()) this.#schedule()
    }
    if (event === undefined) return done()
    const sendNews = (viewer: Viewer): void => {
      if (viewer.sentId !== id) this.#send(viewer)
    }
    this.#forEach(event.length, sendNews, done)
  }

  #beatAll(): void {
    const nowMs = performance.now()
    for (const { response, behindSinceMs } of this.#viewers)
      if (behindSinceMs !== null && nowMs - behindSinceMs > STUCK_MS) response.destroy()
    const text = Buffer.from(this.#beatEvent())
    this.#forEach(
      text.length,
      ({ response }) => response.write(text),
      () => {},
    )
  }

  #beatEvent(): string {
    const pulse: Pulse = { viewers: this.#viewers.size, commit_ms: this.#commitMs() }
    return `event: beat\ndata: ${JSON.stringify(pulse)}\n\n`
  }

  /** Does `work`, `bytes` written, for every viewer who keeps up, slice by slice, then `done`. */
  #forEach(bytes: number, work: (viewer: Viewer) => void, done: () => void): void {
    const all = [...this.#viewers]
    const atOnce = Math.max(1, Math.min(SLICE, Math.floor(SLICE_BYTES / bytes)))
    let from = 0
    const slice = (): void => {
      const until = Math.min(all.length, from + atOnce)
      const end = this.#spare.begin()
      for (; from < until; from++) {
        const viewer = all[from]!
        if (viewer.behindSinceMs === null && this.#viewers.has(viewer)) work(viewer)
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
}

function beginStream(response: ServerResponse, isPublic: boolean): void {
  // No chunks: the stream ends with its connection, and an event is one write of one buffer all viewers share.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    ...(isPublic && { 'access-control-allow-origin': '*' }),
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  })
  response.write('retry: 1000\n\n')
}
