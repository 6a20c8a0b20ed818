/**
 * The stream of whole snapshots: made and encoded once per tick for all viewers, at most ten a
 * second, at once when it has been quiet. A viewer who reads too slowly misses snapshots, never
 * queues them: each one is whole.
 *
 * A viewer who comes back with the id of the current snapshot (`Last-Event-ID`) has it: the beat
 * that opens the stream says so, and the next snapshot is news.
 */
import type { ServerResponse } from 'node:http'
import { Crowd, type Viewer } from './crowd.ts'
import type { CurrentSnapshots } from './current-snapshot.ts'
import type { HeldBytes } from './held-bytes.ts'
import type { SpareTime } from './spare-time.ts'

/** Between the beginnings of two snapshots, of two steps. */
export const TICK_MS = 100

/** How a viewer comes. */
export interface Comes {
  /** The event it was sent last, as it says. */
  readonly lastId: string | undefined
  /** It takes gzip. */
  readonly zipped: boolean
  /** Any site's page may read it. */
  readonly isPublic: boolean
}

export interface FeedOf {
  /** @param greeting what follows whatever the stream begins with */
  readonly add: (response: ServerResponse, from: Comes, greeting: () => string) => void
  readonly crowd: Crowd
  /** Something has changed, or may have. */
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

  /**
   * What a stream begins with: the snapshot of this moment, unless the viewer has it, and a
   * greeting.
   */
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
