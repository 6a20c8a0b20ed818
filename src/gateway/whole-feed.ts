/**
 * The stream of whole snapshots: created and encoded once per tick for all viewers, at most ten a
 * second, and at once after a quiet period. A viewer that reads too slowly misses snapshots and
 * never queues them: each one is complete.
 *
 * A viewer that returns with the id of the current snapshot (`Last-Event-ID`) has it: its stream
 * begins with the beat, and the next snapshot has changes.
 */
import type { ServerResponse } from 'node:http'
import { Crowd, type Viewer } from './crowd.ts'
import type { CurrentSnapshots } from './current-snapshot.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { SpareTime } from './spare-time.ts'

/** Milliseconds between the beginnings of two snapshots or two steps. */
export const TICK_MS = 100

/** A viewer's request. */
export interface Comes {
  /** The id of the last event that it has. */
  readonly lastId: string | undefined
  /** Whether it accepts gzip. */
  readonly zipped: boolean
  /** Whether any site's page may read it. */
  readonly isPublic: boolean
}

export interface FeedOf {
  /** @param greeting what follows the beginning of the stream */
  readonly add: (response: ServerResponse, from: Comes, greeting: () => string) => void
  readonly crowd: Crowd
  /** Call this when something has changed, or may have. */
  readonly schedule: () => void
  readonly hasNews: () => boolean
  readonly close: () => void
}

export class WholeFeed implements FeedOf {
  readonly crowd: Crowd
  readonly #snapshots: CurrentSnapshots
  #timer: NodeJS.Timeout | undefined
  #sending = false

  constructor(snapshots: CurrentSnapshots, held: HeldBytes, spare: SpareTime) {
    this.#snapshots = snapshots
    const onCaughtUp = (viewer: Viewer): void => {
      if (viewer.sentId !== this.#lastId()) this.#send(viewer)
    }
    this.crowd = new Crowd({ held, spare, onCaughtUp })
  }

  readonly hasNews = (): boolean => this.#snapshots.hasNews()

  readonly add: FeedOf['add'] = (response, { lastId, isPublic }, greeting) => {
    void this.#greet(this.crowd.add(response, { zipped: false, isPublic }), lastId, greeting)
  }

  readonly close = (): void => clearTimeout(this.#timer)

  readonly schedule = (): void => {
    if (this.#timer !== undefined || this.#sending || this.crowd.size === 0) return
    const dueMs = this.#snapshots.madeAtMs() + TICK_MS - performance.now()
    this.#timer = setTimeout(() => void this.#tick(), Math.max(dueMs, this.#snapshots.waitMs()))
  }

  /** Begins a stream with the present snapshot, unless the viewer has it, and a greeting. */
  async #greet(viewer: Viewer, lastId: string | undefined, greeting: () => string): Promise<void> {
    const current = await this.#snapshots.current()
    if (!this.crowd.has(viewer)) return
    const id = this.#lastId()
    if (current !== null && lastId === id) viewer.sentId = id
    else if (current !== null && viewer.sentId !== id && viewer.behindSinceMs === null) this.#send(viewer)
    this.crowd.say(viewer, greeting())
  }

  #lastId(): string {
    return String(this.#snapshots.last()?.id ?? '')
  }

  #send(viewer: Viewer): void {
    viewer.sentId = this.#lastId()
    this.crowd.send(viewer, [this.#snapshots.last()!.event])
  }

  async #tick(): Promise<void> {
    this.#timer = undefined
    this.#sending = true
    await this.#snapshots.make()
    const { event } = this.#snapshots.last() ?? {}
    const id = this.#lastId()
    const done = (): void => {
      this.#sending = false
      if (this.#snapshots.hasChanged()) this.schedule()
    }
    if (event === undefined) return done()
    const sendNews = (viewer: Viewer): void => {
      if (viewer.sentId !== id) this.#send(viewer)
    }
    this.crowd.forEach(event.length, sendNews, done)
  }
}
